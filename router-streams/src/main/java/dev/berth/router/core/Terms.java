package dev.berth.router.core;

/**
 * When an invocation wants to be run, and how urgently.
 *
 * @param notBeforeMs not run before this, epoch milliseconds; 0 for at once
 * @param priority of the invocations of one function that wait, those with more go first
 * @param maxRetries how often it is run again if it fails; null for what its function says
 */
public record Terms(long notBeforeMs, int priority, Integer maxRetries) {
    /** At once, as urgent as most, and run again as its function says. */
    public static final Terms NONE = new Terms(0, 0, null);

    /** The lowest and, without its sign, the highest priority. */
    static final int LOWEST_PRIORITY = -100;
}
