package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import java.util.Base64;
import java.util.List;
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
public record InvokeRequest(Type type, boolean tail, Target target, Map<String, String> headers, OptionalInt waitMs) {

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
        attributes.putAll(traced(header));
        return new InvokeRequest(
                type(header.apply("X-Amz-Invocation-Type")),
                "Tail".equals(header.apply("X-Amz-Log-Type")),
                Target.of(header),
                attributes,
                waitMs(header.apply("X-Berth-Wait-Ms")));
    }

    /**
     * The trace that a request belongs to, as attributes of an invocation.
     *
     * @param header as {@link #parse} takes it
     */
    public static Map<String, String> traced(UnaryOperator<String> header) {
        Map<String, String> trace = new TreeMap<>();
        for (String name : TRACED) {
            String value = header.apply(name);
            if (value != null && value.length() <= MAX_TRACE_CHARS) {
                trace.put(name, value);
            }
        }
        return trace;
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
