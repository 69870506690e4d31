package dev.berth.cli.text;

/**
 * What the user asked for cannot be done: ends the command with exit code 1 and this message as the one line on stderr. The
 * message says what happened, to what, and what to do about it.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message of the innermost cause that has one, for errors that come wrapped. */
    public static String rootMessage(Throwable e) {
        String message = e.toString();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                message = cause.getMessage();
            }
        }
        return message;
    }

    /** A message on one line, whatever a library put into it. */
    public static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
