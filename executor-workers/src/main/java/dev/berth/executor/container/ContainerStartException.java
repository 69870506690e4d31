package dev.berth.executor.container;

/** A container could not be started. The message is for the function's owner. */
public final class ContainerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String errorType;

    /**
     * @param errorType for machines, in the style of Lambda: {@code Runtime.InvalidEntrypoint}
     */
    public ContainerStartException(String errorType, String message, Throwable cause) {
        super(message, cause);
        this.errorType = errorType;
    }

    public ContainerStartException(String errorType, String message) {
        this(errorType, message, null);
    }

    public String errorType() {
        return errorType;
    }
}
