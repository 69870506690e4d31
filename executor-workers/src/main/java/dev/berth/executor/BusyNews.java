package dev.berth.executor;

import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * Says of asynchronous invocations where they run, once they have for a while, so that a job's status can: what is over sooner has
 * its outcome instead. One sweep looks at them in the order in which they began. On the pool's thread.
 */
final class BusyNews {
    private static final long AFTER_MS = 250;

    private record Begun(InFlight inFlight, String containerId, long atMs) {}

    private final ResultWriter writer;
    private final ArrayDeque<Begun> begun = new ArrayDeque<>();

    BusyNews(ResultWriter writer) {
        this.writer = writer;
    }

    /** A container is given an attempt. Hot. */
    void began(InFlight inFlight, long nowMs) {
        if (inFlight.dispatch.getInvocation().getReplyTo() == null) {
            begun.add(new Begun(inFlight, inFlight.containerId, nowMs));
        }
    }

    /**
     * Tells of those whose time has come.
     *
     * @param isHere whether an attempt has not ended
     */
    void sweep(Predicate<InFlight> isHere, long nowMs) {
        while (!begun.isEmpty() && nowMs - begun.peek().atMs() >= AFTER_MS) {
            Begun first = begun.poll();
            InFlight inFlight = first.inFlight();
            // One whose container went away before it started is given to another, and comes once more.
            boolean isThere = isHere.test(inFlight) && first.containerId().equals(inFlight.containerId);
            if (isThere && inFlight.startedUs > 0) {
                writer.busy(first.containerId(), inFlight);
            } else if (isThere) {
                // Its container is being woken: it is looked at again.
                begun.add(new Begun(inFlight, first.containerId(), nowMs));
            }
        }
    }
}
