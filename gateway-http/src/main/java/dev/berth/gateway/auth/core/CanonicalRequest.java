package dev.berth.gateway.auth.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The text of a request that AWS Signature Version 4 signs, by the rules for all services but S3: the path is normalised and
 * encoded once more than it is on the wire. Source: "Create a signed AWS API request", IAM User Guide.
 */
final class CanonicalRequest {
    private record Pair(String name, String value) {}

    private CanonicalRequest() {}

    /**
     * The text.
     *
     * @param signedHeaders in small letters, sorted
     * @param ofQuery whether the signature stands in the query, and so is no part of what it signs
     */
    static String of(WireRequest request, List<String> signedHeaders, boolean ofQuery, String payloadHash) {
        StringBuilder text = new StringBuilder(256);
        text.append(request.method()).append('\n');
        text.append(path(request.path())).append('\n');
        text.append(query(request.query(), ofQuery)).append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':').append(request.joined(name)).append('\n');
        }
        text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payloadHash);
        return text.toString();
    }

    private static String path(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        String normal = "/" + String.join("/", segments);
        boolean folder = path.endsWith("/") && !segments.isEmpty();
        return Percent.encoded(folder ? normal + "/" : normal, "/");
    }

    private static String query(String query, boolean ofQuery) {
        if (query.isEmpty()) {
            return "";
        }
        List<Pair> pairs = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = Percent.decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (!pair.isEmpty() && !(ofQuery && name.equals(SigV4Claim.SIGNATURE))) {
                String value = equals < 0 ? "" : Percent.decoded(pair.substring(equals + 1));
                pairs.add(new Pair(Percent.encoded(name, ""), Percent.encoded(value, "")));
            }
        }
        pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
        return String.join(
                "&",
                pairs.stream().map(pair -> pair.name() + "=" + pair.value()).toList());
    }
}
