package dev.berth.triggers.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One invocation of one or more records of a partition, from its publication to its outcome. */
public final class Flight {
    private final String id;
    private final SourcePartition partition;
    private final Lane lane;
    private final List<SourceRecord> records;
    private final Set<Long> offsets;
    private final int tries;
    private final int failures;
    private final long sinceMs;

    Flight(
            String id,
            SourcePartition partition,
            Lane lane,
            List<SourceRecord> records,
            Set<Long> offsets,
            int tries,
            int failures,
            long sinceMs) {
        this.id = id;
        this.partition = partition;
        this.lane = lane;
        this.records = new ArrayList<>(records);
        this.offsets = offsets;
        this.tries = tries;
        this.failures = failures;
        this.sinceMs = sinceMs;
    }

    static Set<Long> offsetsOf(List<SourceRecord> records) {
        if (records.size() == 1) {
            return Set.of(records.get(0).offset());
        }
        Set<Long> offsets = new HashSet<>();
        records.forEach(each -> offsets.add(each.offset()));
        return offsets;
    }

    public String id() {
        return id;
    }

    public SourcePartition partition() {
        return partition;
    }

    /** In the order of their offsets. Of an invocation that another process published, only those read so far. */
    public List<SourceRecord> records() {
        return records;
    }

    /** The routing value they have in common; null for none. */
    public String routingValue() {
        return records.get(0).routingValue();
    }

    /** How often its records failed before. */
    public int failures() {
        return failures;
    }

    /** The number of this try, those that used up no attempt included. */
    public int tries() {
        return tries;
    }

    Lane lane() {
        return lane;
    }

    /** Of all its records. */
    public Set<Long> offsets() {
        return offsets;
    }

    long sinceMs() {
        return sinceMs;
    }

    void join(SourceRecord record) {
        records.add(record);
    }
}
