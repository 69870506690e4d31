package dev.berth.gateway.core;

/** Carries an {@link ApiError} to the shell that answers the request. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    ApiException(ApiError error) {
        // An answer, not a fault: nobody reads its stack trace.
        super(error.message(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
