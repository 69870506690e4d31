package dev.berth.gateway.auth.core;

import dev.berth.gateway.core.ApiError;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a request says of its signature, before anything of it is believed.
 *
 * @param keyId of the access key
 * @param date the day of the scope, such as 20150830
 * @param region of the scope; Berth takes any
 * @param service of the scope
 * @param signedHeaders in small letters, sorted
 * @param signature in hex
 * @param at when it was signed, and the text of that
 * @param expiresS how long a presigned request holds; empty if the signature stands in a header
 * @param payloadHash that the request names, {@link #UNSIGNED} or a SHA-256; null if its body has to be read to know it
 */
public record SigV4Claim(
        String keyId,
        String date,
        String region,
        String service,
        List<String> signedHeaders,
        String signature,
        Instant at,
        String stamp,
        OptionalInt expiresS,
        String payloadHash) {
    /** The algorithm's name, with which the header begins. */
    public static final String ALGORITHM = "AWS4-HMAC-SHA256";
    /** Stands for the hash of a body that the signature does not cover. */
    public static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    static final String SIGNATURE = "X-Amz-Signature";
    private static final String TERMINATOR = "aws4_request";
    private static final String TOKEN = "x-amz-security-token";
    private static final int LONGEST_S = 7 * 24 * 60 * 60;
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    /** Whether a request carries a signature in its header or its query. */
    public static boolean isIn(WireRequest request) {
        String authorization = request.first("authorization");
        return (authorization != null && authorization.startsWith(ALGORITHM))
                || (authorization == null && request.query().contains(SIGNATURE + "="));
    }

    /**
     * Reads it.
     *
     * @throws dev.berth.gateway.core.ApiException IncompleteSignatureException if a part is missing or is none
     */
    public static SigV4Claim of(WireRequest request) {
        if (request.headers().containsKey(TOKEN) || request.parameter("X-Amz-Security-Token") != null) {
            throw Refusals.unknownKey("Berth gives no session tokens. ").exception();
        }
        String authorization = request.first("authorization");
        return authorization == null ? ofQuery(request) : ofHeader(request, authorization);
    }

    private static SigV4Claim ofHeader(WireRequest request, String authorization) {
        Map<String, String> fields = new HashMap<>();
        for (String field : authorization.substring(ALGORITHM.length()).split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(
                        field.substring(0, equals).strip(),
                        field.substring(equals + 1).strip());
            }
        }
        String stamp = request.first("x-amz-date");
        if (stamp == null) {
            throw Refusals.incomplete("Authorization header requires existence of an 'X-Amz-Date' header.")
                    .exception();
        }
        return claim(
                request,
                required(fields, "Credential", "Authorization header"),
                required(fields, "SignedHeaders", "Authorization header"),
                required(fields, "Signature", "Authorization header"),
                stamp,
                OptionalInt.empty(),
                request.first("x-amz-content-sha256"));
    }

    private static SigV4Claim ofQuery(WireRequest request) {
        Map<String, String> fields = new HashMap<>();
        for (String name : List.of(
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-SignedHeaders",
                SIGNATURE,
                "X-Amz-Date",
                "X-Amz-Expires")) {
            String value = request.parameter(name);
            if (value != null) {
                fields.put(name, value);
            }
        }
        if (!required(fields, "X-Amz-Algorithm", "query").equals(ALGORITHM)) {
            throw Refusals.incomplete("The query's X-Amz-Algorithm must be " + ALGORITHM + ".")
                    .exception();
        }
        return claim(
                request,
                required(fields, "X-Amz-Credential", "query"),
                required(fields, "X-Amz-SignedHeaders", "query"),
                required(fields, SIGNATURE, "query"),
                required(fields, "X-Amz-Date", "query"),
                OptionalInt.of(seconds(required(fields, "X-Amz-Expires", "query"))),
                request.parameter("X-Amz-Content-Sha256"));
    }

    private static SigV4Claim claim(
            WireRequest request,
            String credential,
            String signedHeaders,
            String signature,
            String stamp,
            OptionalInt expiresS,
            String payloadHash) {
        String[] scope = credential.split("/", -1);
        if (scope.length != 5 || !scope[4].equals(TERMINATOR)) {
            throw Refusals.incomplete("Credential must have exactly 5 slash-delimited elements:"
                            + " keyid/date/region/service/" + TERMINATOR + ".")
                    .exception();
        }
        List<String> names = Arrays.stream(signedHeaders.split(";", -1))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        for (String name : names) {
            if (!request.headers().containsKey(name)) {
                throw Refusals.mismatch("It names a signed header that the request does not have. ")
                        .exception();
            }
        }
        // Else whoever stands between could add or change them.
        for (String name : request.headers().keySet()) {
            boolean mustBeSigned = name.equals("host") || name.startsWith("x-amz-");
            if (mustBeSigned && !names.contains(name) && !unsignable(name, expiresS)) {
                throw Refusals.incomplete("The header " + shown(name) + " must be signed.")
                        .exception();
            }
        }
        return new SigV4Claim(
                scope[0],
                scope[1],
                scope[2],
                scope[3],
                names,
                signature,
                instant(stamp),
                stamp,
                expiresS,
                hash(payloadHash));
    }

    /** A presigned address is used by clients that sign nothing themselves, but may say what their body is. */
    private static boolean unsignable(String name, OptionalInt expiresS) {
        return expiresS.isPresent() && name.equals("x-amz-content-sha256");
    }

    private static String hash(String given) {
        if (given == null || given.equals(UNSIGNED) || given.matches("[0-9a-f]{64}")) {
            return given;
        }
        throw ApiError.invalidParameter(
                        "X-Amz-Content-Sha256 must be " + UNSIGNED
                                + " or the SHA-256 of the body in small hex digits. Berth takes no bodies that are signed in chunks.")
                .exception();
    }

    private static Instant instant(String stamp) {
        try {
            return LocalDateTime.parse(stamp, BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw Refusals.incomplete("Date must be in ISO-8601 'basic format', such as 20150830T123600Z.")
                    .exception();
        }
    }

    private static int seconds(String given) {
        try {
            int seconds = Integer.parseInt(given);
            if (seconds >= 1 && seconds <= LONGEST_S) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw Refusals.incomplete("X-Amz-Expires must be a number from 1 to " + LONGEST_S + " (seconds).")
                .exception();
    }

    private static String required(Map<String, String> fields, String name, String where) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw Refusals.incomplete("The " + where + " requires '" + name + "' of the signature.")
                    .exception();
        }
        return value;
    }

    private static String shown(String name) {
        return name.length() > 60 ? name.substring(0, 60) + "…" : name;
    }
}
