package dev.berth.executor.code;

/** A code package cannot be used; the message is for the function's owner. */
public final class CodeException extends Exception {
    private static final long serialVersionUID = 1L;

    public CodeException(String message) {
        super(message);
    }

    public CodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
