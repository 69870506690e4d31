package dev.berth.triggers.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of a partition's records before it was taken over: read from the topics by whoever takes it over, since the router
 * is silent about an invocation that it knows to be done. What is asked for is forgotten.
 */
public final class Past {
    private final long from;
    private final boolean keepsSuccesses;
    private final Set<Long> succeeded = new HashSet<>();
    private final Set<Long> buried = new HashSet<>();
    private final Map<Long, List<Try>> tries = new HashMap<>();
    private final Map<String, Batch> batches = new HashMap<>();
    private final Map<Long, Batch> batchOf = new HashMap<>();

    /**
     * Nothing yet.
     *
     * @param from the first offset that will be read
     * @param keepsSuccesses successes are kept whole, since somebody is to be told of them
     */
    public Past(long from, boolean keepsSuccesses) {
        this.from = from;
        this.keepsSuccesses = keepsSuccesses;
    }

    private record Try(String id, int number, Ending ending) {}

    /** An invocation that says which records it holds. */
    private static final class Batch {
        private final String id;
        private final Set<Long> offsets;
        private final int tries;
        private final int failures;
        private Ending ending;

        Batch(String id, Set<Long> offsets, int tries, int failures) {
            this.id = id;
            this.offsets = offsets;
            this.tries = tries;
            this.failures = failures;
        }
    }

    /**
     * What is known of one record.
     *
     * @param id of the last invocation that held it
     * @param offsets of all records of that invocation
     * @param failures of the record before that invocation
     * @param ending null if it has none yet
     */
    record Found(String id, Set<Long> offsets, int tries, int failures, Ending ending) {}

    /** A batch, of one record or more, was published; batches come in before their endings. */
    public void batch(String id, int number, int failures, List<Long> offsets) {
        Batch batch = new Batch(id, Set.copyOf(offsets), number, failures);
        if (batches.putIfAbsent(id, batch) == null) {
            for (long offset : offsets) {
                Batch before = batchOf.get(offset);
                if (offset >= from && (before == null || before.tries < number)) {
                    batchOf.put(offset, batch);
                }
            }
        }
    }

    /** An invocation ended. */
    public void ended(String id, InvocationIds.Parsed parsed, Ending ending) {
        Batch batch = batches.get(id);
        if (batch != null) {
            batch.ending = ending;
        } else if (parsed.batch()) {
            // Published before anything that is unfinished, so none of its records will be asked for.
            return;
        } else if (parsed.offset() < from) {
            return;
        } else if (ending.kind() == Ending.Kind.SUCCEEDED && !keepsSuccesses) {
            succeeded.add(parsed.offset());
        } else {
            tries.computeIfAbsent(parsed.offset(), o -> new ArrayList<>(1)).add(new Try(id, parsed.tries(), ending));
        }
    }

    /** A record went to the dead letters. */
    public void buried(long offset) {
        if (offset >= from) {
            buried.add(offset);
        }
    }

    /** Whether a record needs nothing more, and nobody needs to hear of it. */
    boolean takeFinished(long offset) {
        boolean gone = buried.remove(offset);
        return succeeded.remove(offset) || gone;
    }

    /** What is known of a record that is not finished; null for nothing. */
    Found take(long offset) {
        Batch batch = batchOf.remove(offset);
        if (batchOf.isEmpty()) {
            batches.clear();
        }
        List<Try> alone = tries.remove(offset);
        Try last = null;
        int failed = 0;
        if (alone != null) {
            for (Try each : alone) {
                failed += each.ending().kind() == Ending.Kind.FAILED ? 1 : 0;
                last = last == null || each.number() > last.number() ? each : last;
            }
        }
        if (last != null && (batch == null || last.number() > batch.tries)) {
            // A record that was tried alone after it failed in batches counts those failures as well.
            int before = failed
                    - (last.ending().kind() == Ending.Kind.FAILED ? 1 : 0)
                    + (batch == null ? 0 : batch.failures + 1);
            return new Found(last.id(), Set.of(offset), last.number(), before, last.ending());
        }
        return batch == null ? null : new Found(batch.id, batch.offsets, batch.tries, batch.failures, batch.ending);
    }

    /** An invocation that had no ending when its records were looked for has one now. */
    void endedLater(String id, Ending ending) {
        Batch batch = batches.get(id);
        if (batch != null) {
            batch.ending = ending;
        }
    }
}
