package dev.berth.gateway.auth.core;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a request is signed, as it stood on the wire: each character is one byte (ISO 8859-1), nothing is decoded.
 *
 * @param method of HTTP
 * @param path without the query
 * @param query without its question mark; empty if there is none
 * @param headers by their names in small letters, each with its values in their order
 */
public record WireRequest(String method, String path, String query, Map<String, List<String>> headers) {
    public WireRequest {
        headers = Map.copyOf(new TreeMap<>(headers));
    }

    /** The values of a header, joined as a signature has them, or null. */
    String joined(String name) {
        List<String> values = headers.get(name);
        return values == null
                ? null
                : String.join(
                        ",",
                        values.stream()
                                .map(value -> value.strip().replaceAll("\\s+", " "))
                                .toList());
    }

    /** A header's only value, or null; of several the first, which then fails to match the signature. */
    String first(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : values.get(0).strip();
    }

    /** The first value of a query parameter, percent-decoded, or null. */
    String parameter(String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (Percent.decoded(key).equals(name)) {
                return equals < 0 ? "" : Percent.decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }
}
