package dev.berth.schemas;

/**
 * How many invocations one container of a function runs at a time: router and executor must mean the same by it.
 *
 * <p>A function says it in its environment, by the variable that Lambda's runtime clients read to know how many requests for
 * work to keep open (AWS, "Using the Lambda runtime API for custom runtimes"). Lambda sets it on managed instances.
 */
public final class ContainerConcurrency {
    /** The environment variable. */
    public static final String VARIABLE = "AWS_LAMBDA_MAX_CONCURRENCY";

    /** More would be a server of its own kind; Lambda's own default is 64 for each CPU at most. */
    public static final int MOST = 128;

    private ContainerConcurrency() {}

    /** From 1 to {@link #MOST}; 1 for a version that does not say, or says what {@link #isValid} refuses. */
    public static int of(FunctionVersion version) {
        String said = version.getEnvironment().get(VARIABLE);
        return said != null && isValid(said) ? Integer.parseInt(said) : 1;
    }

    /** Whether it is a number of the kind that is meant. */
    public static boolean isValid(String said) {
        return said.matches("[1-9][0-9]{0,2}") && Integer.parseInt(said) <= MOST;
    }
}
