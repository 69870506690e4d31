package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import dev.berth.schemas.PinPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What an invocation over HTTP asks for, apart from its payload.
 *
 * @param tail send the end of the log with the answer
 * @param headers for the function: client context and trace, under the names of {@link #CLIENT_CONTEXT} and {@link #TRACED}
 * @param waitMs how long the caller waits, if it says so
 */
public record InvokeRequest(
        Type type,
        boolean tail,
        Optional<String> routingValue,
        BusyPolicy busy,
        PinPolicy pin,
        Map<String, String> headers,
        OptionalInt waitMs) {

    /** The attribute of an invocation that holds the client context, as JSON text. */
    public static final String CLIENT_CONTEXT = "x-amz-client-context";

    /** Headers of the request that travel as attributes of the same name. */
    public static final Iterable<String> TRACED = List.of("traceparent", "tracestate", "x-amzn-trace-id");

    private static final int MAX_CLIENT_CONTEXT_CHARS = 3583;
    private static final int MAX_TRACE_CHARS = 1024;
    private static final int MAX_WAIT_MS = 960_000;

    /** How the caller wants its answer. */
    public enum Type {
        /** It waits for the result. */
        REQUEST_RESPONSE("RequestResponse", Limits.SYNC_PAYLOAD_BYTES),
        /** It is told that the invocation is accepted. */
        EVENT("Event", Limits.ASYNC_PAYLOAD_BYTES),
        /** It is told whether it could have been. */
        DRY_RUN("DryRun", Limits.SYNC_PAYLOAD_BYTES);

        private final String header;
        private final int payloadBytes;

        Type(String header, int payloadBytes) {
            this.header = header;
            this.payloadBytes = payloadBytes;
        }

        /** The largest payload. */
        public int payloadBytes() {
            return payloadBytes;
        }
    }

    /**
     * Reads the headers.
     *
     * @param header the value of a header by its name in any case, or null
     * @throws ApiException if one has a value that it cannot have
     */
    public static InvokeRequest parse(UnaryOperator<String> header) {
        Map<String, String> attributes = new TreeMap<>();
        clientContext(header.apply("X-Amz-Client-Context")).ifPresent(json -> attributes.put(CLIENT_CONTEXT, json));
        for (String name : TRACED) {
            String value = header.apply(name);
            if (value != null && value.length() <= MAX_TRACE_CHARS) {
                attributes.put(name, value);
            }
        }
        return new InvokeRequest(
                type(header.apply("X-Amz-Invocation-Type")),
                "Tail".equals(header.apply("X-Amz-Log-Type")),
                routingValue(header.apply("X-Berth-Key"), header.apply("X-Amz-Tenant-Id")),
                busy(header.apply("X-Berth-Busy")),
                pin(header.apply("X-Berth-Pin")),
                attributes,
                waitMs(header.apply("X-Berth-Wait-Ms")));
    }

    /** The version that a name asks for; empty if the function has no such version or alias. */
    public static Optional<FunctionVersion> version(FunctionSpec spec, FunctionName name) {
        String qualifier = name.qualifier().orElse(FunctionEdits.LATEST);
        if (qualifier.equals(FunctionEdits.LATEST)) {
            return Optional.of(spec.getLatest());
        }
        String number = spec.getAliases().getOrDefault(qualifier, qualifier);
        return number.equals(FunctionEdits.LATEST)
                ? Optional.of(spec.getLatest())
                : spec.getVersions().stream()
                        .filter(version -> version.getVersion().equals(number))
                        .findFirst();
    }

    /** A busy policy by its name in any case; the default for null. */
    public static BusyPolicy busy(String given) {
        if (given == null) {
            return BusyPolicy.AUTO;
        }
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "auto" -> BusyPolicy.AUTO;
            case "wait" -> BusyPolicy.WAIT;
            case "spill" -> BusyPolicy.SPILL;
            case "fail" -> BusyPolicy.FAIL;
            default -> throw refuse("The busy policy (X-Berth-Busy) must be auto, wait, spill or fail.");
        };
    }

    /** A pin policy by its name in any case; the default for null. */
    public static PinPolicy pin(String given) {
        if (given == null) {
            return PinPolicy.PREFER;
        }
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "prefer" -> PinPolicy.PREFER;
            case "require" -> PinPolicy.REQUIRE;
            default -> throw refuse("The pin policy (X-Berth-Pin) must be prefer or require.");
        };
    }

    /** Refuses a routing value that cannot be. */
    public static String checkRoutingValue(String value) {
        if (value.isEmpty()) {
            throw refuse("The routing value is empty. Give one, or leave it out to run anywhere.");
        }
        if (value.length() > Limits.ROUTING_VALUE_CHARS) {
            throw refuse("The routing value has " + value.length() + " characters; at most "
                    + Limits.ROUTING_VALUE_CHARS + " fit. Give a hash of it.");
        }
        return value;
    }

    private static Type type(String given) {
        if (given == null) {
            return Type.REQUEST_RESPONSE;
        }
        for (Type type : Type.values()) {
            if (type.header.equals(given)) {
                return type;
            }
        }
        throw refuse("X-Amz-Invocation-Type must be RequestResponse, Event or DryRun.");
    }

    private static Optional<String> routingValue(String berths, String lambdas) {
        if (berths != null && lambdas != null && !berths.equals(lambdas)) {
            throw refuse(
                    "X-Berth-Key and X-Amz-Tenant-Id give different routing values. Give one of them, or the same in both.");
        }
        return Optional.ofNullable(berths != null ? berths : lambdas)
                .map(InvokeRequest::utf8)
                .map(InvokeRequest::checkRoutingValue);
    }

    /** HTTP hands over bytes as Latin-1; a key must be the same text here as in a Kafka record. */
    private static String utf8(String header) {
        if (header.chars().allMatch(c -> c < 0x80)) {
            return header;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return header;
        }
    }

    private static Optional<String> clientContext(String given) {
        if (given == null || given.isEmpty()) {
            return Optional.empty();
        }
        if (given.length() > MAX_CLIENT_CONTEXT_CHARS) {
            throw refuse("X-Amz-Client-Context has " + given.length() + " characters; at most "
                    + MAX_CLIENT_CONTEXT_CHARS + " fit.");
        }
        byte[] json;
        try {
            json = Base64.getDecoder().decode(given);
        } catch (IllegalArgumentException e) {
            throw refuse("X-Amz-Client-Context must be JSON in base64; it is not base64.");
        }
        // Written anew, on one line and in ASCII: it goes on in a header of the Runtime API.
        return Optional.of(Json.parse(json)
                .filter(JsonNode::isObject)
                .map(Json::ascii)
                .orElseThrow(
                        () -> refuse("X-Amz-Client-Context must be a JSON object in base64; what it holds is none.")));
    }

    private static OptionalInt waitMs(String given) {
        if (given == null) {
            return OptionalInt.empty();
        }
        try {
            int ms = Integer.parseInt(given);
            if (ms >= 1 && ms <= MAX_WAIT_MS) {
                return OptionalInt.of(ms);
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw refuse("X-Berth-Wait-Ms must be a number from 1 to " + MAX_WAIT_MS + ".");
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
