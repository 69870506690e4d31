package dev.berth.executor.pool;

import dev.berth.schemas.retention.ContainerWorth;
import dev.berth.schemas.retention.ReuseCurve;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What is given up when memory is wanted: prewarmed containers, then those of replaced revisions, then those that are worth
 * least ({@link ContainerWorth}).
 */
final class Retention {
    private record Valued(Container container, double worth) {}

    private static final Comparator<Valued> FIRST_TO_GO = Comparator.<Valued, Boolean>comparing(
                    valued -> valued.container().hasCode())
            .thenComparing(valued -> !valued.container().stale)
            .thenComparingDouble(Valued::worth)
            .thenComparingLong(valued -> valued.container().lastUsedMs);

    /**
     * How fast state is taken to be made again, about what one reader gets from an object store or a database and decodes. Our
     * own choice: what made the state is not known, and where it takes long the key's first invocation shows it.
     */
    private static final double STATE_BYTES_PER_MS = 80_000;

    private static final double BYTES_PER_MB = 1024.0 * 1024.0;

    private final ContainerWorth worth = new ContainerWorth();

    /** A container has come as far as asking for work. */
    void started(Container container, long nowMs) {
        // A prewarmed one cost its making too, and so will the next.
        container.coldMs = Math.max(1.0, (double) (container.madeMs + nowMs - container.createdMs));
        worth.started(container.coldMs);
    }

    /** The containers that nobody needs now to give up so that so much memory is had; all of them if that would not do. */
    List<Container> victims(Collection<Container> all, int neededMb, long nowMs) {
        List<Valued> free = new ArrayList<>();
        for (Container container : all) {
            if (container.isEvictable()) {
                free.add(new Valued(container, container.hasCode() ? worth(container, nowMs) : 0));
            }
        }
        free.sort(FIRST_TO_GO);
        List<Container> victims = new ArrayList<>();
        int freedMb = 0;
        for (Valued next : free) {
            if (freedMb >= neededMb) {
                break;
            }
            victims.add(next.container());
            freedMb += next.container().memoryMb;
        }
        return victims;
    }

    /**
     * What a free container is worth. Of several keys that share it each may come next, and each would find it warm: what they
     * are expected to save adds up. It counts once more, as a surplus one, if some of its keys have another that they would
     * find before it.
     */
    double worth(Container container, long now) {
        double nowMs = (double) now;
        double sum = 0;
        boolean surplus = false;
        for (Key key : container.weighed()) {
            if (key.forecast.primary() && key.isFirst(container)) {
                sum += first(container, key.forecast.rebuildMs(), key.forecast.curve(), nowMs - key.lastMs);
            } else {
                surplus = true;
            }
        }
        if (surplus) {
            sum += worth.surplus(
                    rebuildMs(container, 0),
                    container.memoryMb,
                    container.ownIntervalMs,
                    nowMs - container.createdMs,
                    nowMs - container.lastUsedMs);
        }
        // Nobody's yet: it was started ahead of need, or who needed it has found another.
        return container.weighed().isEmpty()
                ? first(container, 0, ReuseCurve.unknown(), nowMs - container.lastUsedMs)
                : sum;
    }

    private double first(Container container, double learnedMs, ReuseCurve curve, double idleMs) {
        return worth.first(rebuildMs(container, learnedMs), container.memoryMb, curve, idleMs);
    }

    /**
     * What it would take to have another container in the same state. The router learns from a key's first invocation what
     * its state took; the bytes tell of what later ones added. Both are of the same state: the larger counts. What a container
     * may hold bounds it, so that files with holes, which cost nothing, gain nothing.
     */
    private static double rebuildMs(Container container, double learnedMs) {
        double bytes = Math.min(container.stateBytes, container.memoryMb * BYTES_PER_MB);
        return container.coldMs + Math.max(learnedMs, bytes / STATE_BYTES_PER_MS);
    }
}
