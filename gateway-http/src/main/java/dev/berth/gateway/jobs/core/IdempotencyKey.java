package dev.berth.gateway.jobs.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.Invocation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * From a client's idempotency key to the id of a job. Every gateway makes the same id of the same tenant, function and key, so that
 * the router suppresses what two of them accepted at once.
 *
 * <p>Ids are of a day of the epoch: those of yesterday's are looked for first, so that the window of a key is 24 hours from its
 * first use and not until midnight, and a key can be used again after that although the router still knows the old id.
 */
public final class IdempotencyKey {
    /** How the ids begin that are made here; clients cannot choose such. */
    public static final String PREFIX = "ik-";

    /** For how long a key means the same job. */
    public static final long WINDOW_MS = Duration.ofHours(24).toMillis();

    private static final int MAX_CHARS = 256;

    private IdempotencyKey() {}

    /**
     * The key of a request.
     *
     * @throws dev.berth.gateway.core.ApiException if it is none, or field and header differ
     */
    public static Optional<String> given(Optional<String> field, String header) {
        Optional<String> key = field.or(() -> Optional.ofNullable(header));
        if (header != null && !key.get().equals(header)) {
            throw ApiError.invalidParameter("The field idempotencyKey and the header Idempotency-Key differ. Give one.")
                    .exception();
        }
        if (key.filter(text -> text.isBlank() || text.length() > MAX_CHARS).isPresent()) {
            throw ApiError.invalidParameter("An idempotency key is 1 to " + MAX_CHARS + " characters, not all blank.")
                    .exception();
        }
        return key;
    }

    /** Whether an id was made here. */
    public static boolean made(String id) {
        return id.startsWith(PREFIX);
    }

    /** The id for a job that is new now, and before it that of the day before. Today's is the first. */
    public static List<String> ids(String tenant, String function, String key, long nowMs) {
        long day = Math.floorDiv(nowMs, WINDOW_MS);
        return List.of(id(tenant, function, key, day), id(tenant, function, key, day - 1));
    }

    /** What a repeated submit is compared with; empty for a job without an idempotency key. */
    public static String fingerprintIfMade(Invocation invocation) {
        return made(invocation.getId()) ? fingerprint(invocation) : "";
    }

    /** What must be the same in a repeated submit: version, priority and payload. A delay counts anew each time, so it may differ. */
    static String fingerprint(Invocation invocation) {
        return fingerprint(invocation.getQualifier(), invocation.getPriority(), invocation.getPayload());
    }

    public static String fingerprint(String qualifier, int priority, ByteBuffer payload) {
        MessageDigest digest = sha256();
        part(digest, qualifier == null ? "" : qualifier);
        part(digest, Integer.toString(priority));
        digest.update(payload.duplicate());
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static String id(String tenant, String function, String key, long day) {
        MessageDigest digest = sha256();
        part(digest, tenant);
        part(digest, function);
        part(digest, key);
        part(digest, Long.toString(day));
        return PREFIX + HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** With its length before it, so that no two lists of parts are the same bytes. */
    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java has SHA-256", e);
        }
    }
}
