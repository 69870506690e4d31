package dev.berth.gateway.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A refusal in the shape of Lambda's errors: a status, a type for machines in the header {@code X-Amzn-ErrorType}, a message
 * for people in the body.
 *
 * @param status of HTTP
 * @param type such as {@code ResourceNotFoundException}
 * @param message what happened, to which ids, and what the caller can do
 * @param retryAfterSeconds 0 where another try would not help
 * @param reason which of several limits it was, in Lambda's words
 */
public record ApiError(int status, String type, String message, int retryAfterSeconds, Optional<String> reason) {
    private static final Pattern SAFE_TYPE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public ApiError(int status, String type, String message) {
        this(status, type, message, 0);
    }

    public ApiError(int status, String type, String message, int retryAfterSeconds) {
        this(status, type, message, retryAfterSeconds, Optional.empty());
    }

    /** No such function, version, job; or none that the caller may see. */
    public static ApiError notFound(String message) {
        return new ApiError(404, "ResourceNotFoundException", message);
    }

    /** The thing exists already, or is being changed. */
    public static ApiError conflict(String message) {
        return new ApiError(409, "ResourceConflictException", message);
    }

    /** The revision that the caller changed is not the latest any more. */
    public static ApiError preconditionFailed(String message) {
        return new ApiError(412, "PreconditionFailedException", message);
    }

    /** A parameter, header or field has a value that it cannot have. */
    public static ApiError invalidParameter(String message) {
        return new ApiError(400, "InvalidParameterValueException", message);
    }

    /** The body cannot be read. */
    public static ApiError invalidContent(String message) {
        return new ApiError(400, "InvalidRequestContentException", message);
    }

    /** The body is over its limit. */
    public static ApiError tooLarge(String message) {
        return new ApiError(413, "RequestTooLargeException", message);
    }

    /** More than Berth holds at a time; the caller should come again. */
    public static ApiError tooMany(String message) {
        return new ApiError(429, "TooManyRequestsException", message, 1);
    }

    /** Berth cannot work now: it starts, it stops, or Kafka is out of reach. */
    public static ApiError unavailable(String message) {
        return new ApiError(503, "ServiceUnavailableException", message, 1);
    }

    /** Nobody answered in time; what was asked for may still happen. */
    public static ApiError timeout(String message) {
        return new ApiError(504, "InvocationTimeoutException", message);
    }

    /** A fault of Berth. */
    public static ApiError internal(String message) {
        return new ApiError(500, "ServiceException", message);
    }

    /** Whose fault it is, as Lambda names it in the body. */
    public String party() {
        return status >= 500 ? "Server" : "User";
    }

    /** The type if it can stand in a header, else the general one. */
    public String headerType() {
        return SAFE_TYPE.matcher(type).matches() ? type : "ServiceException";
    }

    /** As an exception, for code that answers from deep inside. */
    public ApiException exception() {
        return new ApiException(this);
    }
}
