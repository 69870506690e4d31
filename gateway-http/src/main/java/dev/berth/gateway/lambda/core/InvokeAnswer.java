package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an invocation's result is over HTTP.
 *
 * @param refusal set when Berth did not run the function; the body is empty then
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record InvokeAnswer(Map<String, String> headers, byte[] body, Optional<ApiError> refusal) {

    /** The header that says that the function failed. */
    public static final String FUNCTION_ERROR = "X-Amz-Function-Error";

    /** The header that holds the end of the log, in base64. */
    public static final String LOG_RESULT = "X-Amz-Log-Result";

    /**
     * Lambda's answer, with Berth's headers on where and how it ran.
     *
     * @param tail with the end of the log
     * @param repliedUs when the answer goes out
     */
    public static InvokeAnswer of(Result result, boolean tail, long repliedUs) {
        Map<String, String> headers = new LinkedHashMap<>();
        put(headers, "X-Amz-Executed-Version", result.getFunctionVersion());
        put(headers, "X-Berth-Instance-Id", result.getInstanceId());
        put(headers, "X-Berth-Container-Id", result.getContainerId());
        if (result.getReuse() != null) {
            headers.put("X-Berth-Reuse", result.getReuse().name().toLowerCase(Locale.ROOT));
        }
        headers.put("X-Berth-Attempt", Integer.toString(result.getAttempt()));
        headers.put("X-Berth-Revision", Long.toString(result.getRevision()));
        headers.put("X-Berth-Timings", Json.text(timings(result.getTimings(), repliedUs)));
        if (tail && result.getLogTail() != null) {
            headers.put(
                    LOG_RESULT,
                    Base64.getEncoder().encodeToString(result.getLogTail().getBytes(StandardCharsets.UTF_8)));
        }
        return switch (result.getStatus()) {
            case SUCCEEDED -> new InvokeAnswer(headers, payload(result.getPayload()), Optional.empty());
            case FUNCTION_ERROR, TIMED_OUT, CONTAINER_EXITED, INIT_FAILED, CANCELLED -> {
                headers.put(FUNCTION_ERROR, "Unhandled");
                yield new InvokeAnswer(headers, functionError(result), Optional.empty());
            }
            case REJECTED -> new InvokeAnswer(headers, new byte[0], Optional.of(rejection(result)));
            case BOUNCED, UNKNOWN ->
                new InvokeAnswer(
                        headers,
                        new byte[0],
                        Optional.of(
                                ApiError.internal("Invocation " + result.getInvocationId() + " ended with the status "
                                        + result.getStatus() + ", which ends none. Its outcome is under GET /jobs/"
                                        + result.getInvocationId() + ".")));
        };
    }

    /** The stages of an invocation, in microseconds: of the epoch, but for initUs and createUs; 0 where one was not reached. */
    public static Map<String, Long> timings(Timings timings, long repliedUs) {
        Map<String, Long> json = new LinkedHashMap<>();
        json.put("publishedUs", timings.getPublishedUs());
        json.put("routedUs", timings.getRoutedUs());
        json.put("receivedUs", timings.getReceivedUs());
        json.put("startedUs", timings.getStartedUs());
        json.put("endedUs", timings.getEndedUs());
        json.put("initUs", timings.getInitUs());
        json.put("createUs", timings.getCreateUs());
        json.put("givenUs", timings.getGivenUs());
        if (repliedUs > 0) {
            json.put("repliedUs", repliedUs);
        }
        return json;
    }

    /** The bytes of a payload; none for null. */
    public static byte[] payload(ByteBuffer payload) {
        if (payload == null) {
            return new byte[0];
        }
        if (payload.hasArray()
                && payload.arrayOffset() == 0
                && payload.position() == 0
                && payload.remaining() == payload.array().length) {
            return payload.array();
        }
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] functionError(Result result) {
        byte[] given = payload(result.getPayload());
        if (given.length > 0) {
            return given;
        }
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("errorMessage", result.getErrorMessage());
        error.put("errorType", result.getErrorType());
        return Json.bytes(error);
    }

    /** A refusal of the router's, under the status that Lambda gives its type. */
    public static ApiError rejection(Result result) {
        String type = result.getErrorType() == null ? "ServiceException" : result.getErrorType();
        String message = result.getErrorMessage() == null
                ? "Invocation " + result.getInvocationId() + " was refused (" + type + ")."
                : result.getErrorMessage();
        return switch (type) {
            case "ResourceNotFoundException", "InvocationUnknownException" -> new ApiError(404, type, message);
            case "ResourceConflictException" -> new ApiError(409, type, message);
            case "InvalidParameterValueException", "InvalidRequestContentException" -> new ApiError(400, type, message);
            case "RequestTooLargeException", "RequestEntityTooLargeException" -> new ApiError(413, type, message);
            case "TooManyRequestsException", "PinBusyException" -> new ApiError(429, type, message, 1);
            // Lambda has one type for all its limits, and says beside it which it was.
            case "ReservedConcurrencyExceeded" ->
                new ApiError(
                        429,
                        "TooManyRequestsException",
                        message,
                        1,
                        Optional.of("ReservedFunctionConcurrentInvocationLimitExceeded"));
            case "PinGoneException" -> new ApiError(410, type, message);
            case "DeadlineExceeded", "DeadlineExceededException" -> new ApiError(504, type, message);
            case "ServiceUnavailableException" -> new ApiError(503, type, message, 1);
            default -> new ApiError(500, type, message);
        };
    }

    private static void put(Map<String, String> headers, String name, String value) {
        if (value != null) {
            // Comes from a topic that others can write: no line break may reach the wire.
            headers.put(name, value.replaceAll("[^\\x20-\\x7E]", "?"));
        }
    }
}
