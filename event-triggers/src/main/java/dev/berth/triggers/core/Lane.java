package dev.berth.triggers.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The records of one routing value that wait, in order. */
final class Lane {
    final String name;
    final ArrayDeque<SourceRecord> queue = new ArrayDeque<>();
    /** Of an ordered function: what is tried again before anything of the queue, in order of offsets. */
    final TreeSet<Retry> again = new TreeSet<>(Comparator.comparingLong(Retry::firstOffset));

    long queuedBytes;
    /** When its first record has waited long enough for others. */
    long dueMs;
    /** Of an ordered function: something of it is in flight, or waits to be tried again. */
    boolean held;
    /** Of an ordered function: the first of what is tried again has its time. */
    boolean scheduled;
    /** How many invocations of it are in flight. */
    int flying;
    /** It stands among those that may go. */
    boolean listed;
    /** When it is looked at for want of more records. */
    long wakeMs = -1;

    Lane(String name) {
        this.name = name;
    }

    /** Records that are tried again, together. */
    record Retry(Lane lane, List<SourceRecord> records, int tries, int failures, long dueMs, long number) {
        long firstOffset() {
            return records.get(0).offset();
        }
    }

    void add(SourceRecord record) {
        queue.add(record);
        queuedBytes += record.bytes();
    }

    boolean isFull(TriggerRules rules) {
        return queue.size() >= rules.batchSize() || queuedBytes >= rules.batchBytes();
    }

    List<SourceRecord> takeBatch(TriggerRules rules) {
        List<SourceRecord> batch = new ArrayList<>(Math.min(queue.size(), rules.batchSize()));
        long bytes = 0;
        while (!queue.isEmpty() && batch.size() < rules.batchSize()) {
            int more = queue.peek().bytes();
            if (!batch.isEmpty() && bytes + more > rules.batchBytes()) {
                break;
            }
            bytes += more;
            batch.add(queue.poll());
        }
        queuedBytes -= bytes;
        return batch;
    }
}
