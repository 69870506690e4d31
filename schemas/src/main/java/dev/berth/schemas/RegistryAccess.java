package dev.berth.schemas;

import java.util.Map;
import java.util.Objects;

/**
 * How to reach a schema registry.
 *
 * @param url such as {@code http://127.0.0.1:8081}
 * @param user for HTTP Basic; empty for nobody
 * @param password of that user
 * @param tls settings of Kafka's for TLS, such as {@code ssl.truststore.location}
 */
public record RegistryAccess(String url, String user, String password, Map<String, String> tls) {
    public RegistryAccess {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        tls = Map.copyOf(tls);
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return "RegistryAccess[" + url + (user.isEmpty() ? "" : ", user=" + user) + "]";
    }
}
