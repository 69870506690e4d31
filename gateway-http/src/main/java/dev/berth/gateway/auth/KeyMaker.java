package dev.berth.gateway.auth;

import dev.berth.gateway.auth.core.Key;
import dev.berth.gateway.auth.core.SigV4;
import dev.berth.schemas.RoutingKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes and deletes keys in a gateway's file. */
public final class KeyMaker {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    // As long as AWS's, so that whatever checks the form of a key id takes them.
    private static final String ACCESS_PREFIX = "BERTH";
    private static final int ACCESS_ID_CHARS = 20;
    private static final int API_ID_CHARS = 12;
    private static final int SECRET_BYTES = 30;
    private static final int NOTE_CHARS = 200;

    private final KeyFile file;
    private final SecureRandom random = new SecureRandom();

    public KeyMaker(KeyFile file) {
        this.file = file;
    }

    /**
     * A key that was just made: the only time its secret is shown.
     *
     * @param secret the secret access key, or the whole bearer token
     */
    public record Made(Key key, String secret) {
        @Override
        public String toString() {
            return "Made[" + key + "]";
        }
    }

    /**
     * Makes an access key, for signatures.
     *
     * @throws IllegalArgumentException if the tenant or the note cannot be
     */
    public Made access(String tenant, String note, long nowMs) {
        require(tenant, note);
        String secret = secret();
        return added(
                new Key.Access(
                        ACCESS_PREFIX + letters(ACCESS_ID_CHARS - ACCESS_PREFIX.length()), tenant, note, nowMs, secret),
                secret);
    }

    /**
     * Makes an API key, for {@code Authorization: Bearer}.
     *
     * @throws IllegalArgumentException if the tenant or the note cannot be
     */
    public Made api(String tenant, String note, long nowMs) {
        require(tenant, note);
        String id = letters(API_ID_CHARS);
        String secret = secret();
        String hash = SigV4.sha256(secret.getBytes(StandardCharsets.UTF_8));
        return added(new Key.Api(id, tenant, note, nowMs, hash), Key.Api.token(id, secret));
    }

    /** Deletes a key; false if there is none of that id. */
    public boolean delete(String id) {
        AtomicBoolean found = new AtomicBoolean();
        file.change(keys -> {
            found.set(keys.removeIf(key -> key.id().equals(id)));
            return keys;
        });
        return found.get();
    }

    private Made added(Key key, String secret) {
        file.change(keys -> {
            List<Key> more = new ArrayList<>(keys);
            more.add(key);
            return more;
        });
        return new Made(key, secret);
    }

    private static void require(String tenant, String note) {
        if (!RoutingKey.isValidName(tenant)) {
            throw new IllegalArgumentException("A tenant's name is 1 to 64 letters, digits, hyphens or underscores.");
        }
        if (note.length() > NOTE_CHARS || note.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A note is one line of at most " + NOTE_CHARS + " characters.");
        }
    }

    private String letters(int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
