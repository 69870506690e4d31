package dev.berth.triggers.core;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A partition that a trigger reads: what is finished, and what waits, in lanes by routing value. Batches are of one lane, and so of one
 * partition: whoever has the partition has all that is unfinished of it.
 *
 * <p>Owned by its {@link TriggerCore}.
 */
public final class SourcePartition {
    private final String topic;
    private final int number;
    private final String idPrefix;
    private final TriggerRules rules;
    private final Past past;
    private final PartitionLedger ledger;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>(Comparator.comparingLong(Wake::atMs));
    private final PriorityQueue<Lane.Retry> retries =
            new PriorityQueue<>(Comparator.comparingLong(Lane.Retry::dueMs).thenComparingLong(Lane.Retry::number));
    private long retryNumber;
    private int queued;
    private int startable;

    /** A lane is looked at then, unless its batch went before. */
    private record Wake(Lane lane, long atMs) {}

    SourcePartition(String topic, int number, String idPrefix, TriggerRules rules, long position, Past past) {
        this.topic = topic;
        this.number = number;
        this.idPrefix = idPrefix;
        this.rules = rules;
        this.past = past;
        this.ledger = new PartitionLedger(position);
    }

    public String topic() {
        return topic;
    }

    public int number() {
        return number;
    }

    /** The offset before which all is finished. */
    public long committable() {
        return ledger.committable();
    }

    /** The offset that is read next. */
    public long position() {
        return ledger.position();
    }

    /** What identifies a record over all topics that there ever were. */
    public String recordId(SourceRecord record) {
        return idPrefix + record.offset();
    }

    String idPrefix() {
        return idPrefix;
    }

    PartitionLedger ledger() {
        return ledger;
    }

    Past past() {
        return past;
    }

    /** Records that could go now. */
    int startable() {
        return startable;
    }

    /** Records that wait, those behind a held lane included. */
    int queued() {
        return queued;
    }

    Lane lane(SourceRecord record) {
        return lanes.computeIfAbsent(record.lane(), Lane::new);
    }

    void enqueue(SourceRecord record, long nowMs) {
        Lane lane = lane(record);
        if (lane.queue.isEmpty()) {
            lane.dueMs = nowMs + rules.batchWindowMs();
        }
        lane.add(record);
        queued++;
        if (lane.listed) {
            startable++;
        } else if (!lane.held) {
            list(lane, nowMs);
        }
    }

    /** Holds the lane of an ordered function until {@link #settle}. */
    void hold(Lane lane) {
        lane.held |= rules.ordered();
    }

    void tryAgain(Lane lane, List<SourceRecord> records, int tries, int failures, long dueMs) {
        Lane.Retry retry = new Lane.Retry(lane, records, tries, failures, dueMs, retryNumber++);
        if (rules.ordered()) {
            lane.again.add(retry);
        } else {
            retries.add(retry);
        }
    }

    /** An invocation of the lane has come down. */
    void landed(Lane lane, long nowMs) {
        lane.flying--;
        settle(lane, nowMs);
    }

    /** Something of the lane has its next time: whoever is next in it may go. */
    void settle(Lane lane, long nowMs) {
        if (rules.ordered() && lane.flying > 0) {
            return;
        }
        if (rules.ordered()) {
            if (!lane.again.isEmpty()) {
                if (!lane.scheduled) {
                    lane.scheduled = true;
                    retries.add(lane.again.first());
                }
                return;
            }
            lane.held = false;
            list(lane, nowMs);
        }
        tidy(lane);
    }

    /** What may go now, as a flight; null if nothing may. */
    Flight next(long nowMs) {
        Lane.Retry retry = retries.peek();
        if (retry != null && retry.dueMs() <= nowMs) {
            retries.poll();
            retry.lane().again.remove(retry);
            retry.lane().scheduled = false;
            return flight(retry.lane(), retry.records(), retry.tries(), retry.failures(), nowMs);
        }
        wake(nowMs);
        Lane lane = ready.poll();
        while (lane != null) {
            lane.listed = false;
            startable -= lane.queue.size();
            if (!lane.held && !lane.queue.isEmpty()) {
                return ofQueue(lane, nowMs);
            }
            lane = ready.poll();
        }
        return null;
    }

    /** When something becomes due that is not yet; {@link Long#MAX_VALUE} for never. */
    long nextDueMs() {
        long retryMs = retries.isEmpty() ? Long.MAX_VALUE : retries.peek().dueMs();
        return wakes.isEmpty() ? retryMs : Math.min(retryMs, wakes.peek().atMs());
    }

    private Flight ofQueue(Lane lane, long nowMs) {
        List<SourceRecord> batch = lane.takeBatch(rules);
        queued -= batch.size();
        lane.dueMs = nowMs + rules.batchWindowMs();
        hold(lane);
        if (!lane.held) {
            list(lane, nowMs);
            tidy(lane);
        }
        return flight(lane, batch, 1, 0, nowMs);
    }

    private Flight flight(Lane lane, List<SourceRecord> records, int tries, int failures, long nowMs) {
        String id = InvocationIds.of(idPrefix, records, tries);
        lane.flying++;
        return new Flight(id, this, lane, records, Flight.offsetsOf(records), tries, failures, nowMs);
    }

    private void list(Lane lane, long nowMs) {
        if (lane.listed || lane.held || lane.queue.isEmpty()) {
            return;
        }
        if (lane.isFull(rules) || lane.dueMs <= nowMs) {
            lane.listed = true;
            startable += lane.queue.size();
            ready.add(lane);
        } else if (lane.wakeMs != lane.dueMs) {
            lane.wakeMs = lane.dueMs;
            wakes.add(new Wake(lane, lane.dueMs));
        }
    }

    private void wake(long nowMs) {
        while (!wakes.isEmpty() && wakes.peek().atMs() <= nowMs) {
            list(wakes.poll().lane(), nowMs);
        }
    }

    private void tidy(Lane lane) {
        if (lane.queue.isEmpty() && lane.again.isEmpty() && !lane.held) {
            lanes.remove(lane.name, lane);
        }
    }
}
