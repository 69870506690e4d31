package dev.berth.executor.pool;

import java.util.List;

/**
 * Ends attempts that somebody wants ended, wherever they are.
 *
 * <p>What waits is dropped. What runs cannot be stopped but with its container, so that is removed, unless others run there who
 * have no part in it: then it runs on, until it ends by itself, which counts, or nothing but such is left in its container,
 * which is removed then. It is not told as ended before, since the next of an ordered key, or of a limited function, would
 * start beside it.
 */
final class Cancellation {
    private static final Ending.Cancelled NOT_RUN =
            new Ending.Cancelled("It was cancelled while it waited for a container. It did not run.");
    private static final Ending.Cancelled STOPPED =
            new Ending.Cancelled("It was cancelled while it ran; its container is removed.");
    private final ContainerTable containers;
    private final Lines lines;
    private final SeenAttempts seen;
    private final Attempts attempts;
    private final Departures departures;

    Cancellation(ContainerTable containers, Lines lines, SeenAttempts seen, Attempts attempts, Departures departures) {
        this.containers = containers;
        this.lines = lines;
        this.seen = seen;
        this.attempts = attempts;
        this.departures = departures;
    }

    void cancel(AttemptId id, Turn turn) {
        List<Waiting> waiting = lines.matching(one -> one.job.id().equals(id));
        if (!waiting.isEmpty()) {
            attempts.end(waiting.get(0), null, NOT_RUN, turn);
            return;
        }
        for (Container container : containers.all()) {
            for (Running running : container.state.running()) {
                if (running.job().id().equals(id)) {
                    cancel(container, running, turn);
                    return;
                }
            }
        }
        if (!endsNow(id, turn)) {
            // Should it come yet, it is not run.
            seen.add(id);
            turn.act(new PoolAction.NotHere(id));
        }
    }

    /** Whether its patience was over at this very moment: its end is told then, and it is not to be told twice. */
    private static boolean endsNow(AttemptId id, Turn turn) {
        return turn.actions().stream()
                .anyMatch(action -> action instanceof PoolAction.Finish finish
                        && finish.job().id().equals(id));
    }

    /** Removes a container in which nothing runs that anybody wants. */
    void endUnwanted(Container container, Turn turn) {
        List<Running> running = container.state.running();
        if (!running.isEmpty() && running.stream().allMatch(Running::unwanted)) {
            running.forEach(one -> stopped(one, container, turn));
            departures.remove(container, "what ran there was cancelled", turn);
        }
    }

    /** An attempt that nobody wants has ended with its container. */
    void stopped(Running running, Container container, Turn turn) {
        attempts.finish(running, container, STOPPED, turn);
    }

    private void cancel(Container container, Running running, Turn turn) {
        if (container.isRemoving()) {
            departures.release(container, running, turn);
            stopped(running, container, turn);
        } else {
            List<Running> all = container.state.running().stream()
                    .map(one -> one.equals(running) ? running.cancelled() : one)
                    .toList();
            containers.become(container, new ContainerState.Busy(all));
            endUnwanted(container, turn);
        }
    }
}
