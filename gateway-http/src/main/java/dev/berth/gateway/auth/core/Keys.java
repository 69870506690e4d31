package dev.berth.gateway.auth.core;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All keys of a gateway at a moment. Immutable. */
public final class Keys {
    private static final Keys NONE = new Keys(Map.of());

    private final Map<String, Key> byId;

    private Keys(Map<String, Key> byId) {
        this.byId = byId;
    }

    /** No key: nobody is let in. */
    public static Keys none() {
        return NONE;
    }

    /** These; of two with one id the later. */
    public static Keys of(Collection<Key> keys) {
        Map<String, Key> byId = new LinkedHashMap<>();
        keys.forEach(key -> byId.put(key.id(), key));
        return new Keys(byId);
    }

    /** In the order of their making. */
    public List<Key> all() {
        return List.copyOf(byId.values());
    }

    /** The access key of an id. */
    public Optional<Key.Access> access(String id) {
        return byId.get(id) instanceof Key.Access access ? Optional.of(access) : Optional.empty();
    }

    /** The key whose token this is. */
    public Optional<Key> ofToken(String token) {
        if (!token.startsWith(Key.API_PREFIX)) {
            return Optional.empty();
        }
        int end = token.indexOf('_', Key.API_PREFIX.length());
        return end < 0
                ? Optional.empty()
                : ofSecret(token.substring(Key.API_PREFIX.length(), end), token.substring(end + 1))
                        .filter(Key.Api.class::isInstance);
    }

    /** The key of an id, of either kind, if that is its secret. */
    public Optional<Key> ofSecret(String id, String secret) {
        return Optional.ofNullable(byId.get(id)).filter(key -> key.opensWith(secret));
    }
}
