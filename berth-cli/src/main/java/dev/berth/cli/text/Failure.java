package dev.berth.cli.text;

/**
 * What the user asked for cannot be done: ends the command with an exit code and this message as the one line on stderr. The
 * message says what happened, to what, and what to do about it.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure, for scripts and supervisors: each is an exit code. */
    public enum Kind {
        FAILED(1),
        /** Kafka or the registry does not answer: to try again later may help. */
        UNREACHABLE(3),
        /** A port, a data folder or an instance id is another's. */
        TAKEN(4);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    private final Kind kind;

    public Failure(String message) {
        this(Kind.FAILED, message, null);
    }

    public Failure(String message, Throwable cause) {
        this(Kind.FAILED, message, cause);
    }

    public Failure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** How the process is to end. */
    public int exitCode() {
        return kind.exitCode;
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
