package dev.berth.triggers.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One trigger's mind in one process: which records make an invocation, when one is tried again, what is finished, how much may be in
 * flight. It is told what happens and answers what to do; it does nothing itself, and knows no clock.
 *
 * <p>Its promises, which the property tests hold against random orders: each record that is read is finished once; no record behind
 * an unfinished one is committed; of an ordered function no two invocations of a routing value are in flight, and they are in the
 * order of offsets; no more is in flight than may be.
 *
 * <p>Not thread-safe: one thread owns it.
 */
public final class TriggerCore {
    /** Beyond so many records from the first unfinished one on, a partition is not read: a restart would read all of them again. */
    public static final int MOST_SPAN = 200_000;

    private static final int LEAST_READY = 500;
    private static final long FIRST_HOLD_MS = 500;
    private static final long MOST_HOLD_MS = 15_000;

    private final String uuid;
    private final TriggerRules rules;
    private final FlightWindow window;
    private final List<SourcePartition> partitions = new ArrayList<>();
    private final Map<String, Flight> flights = new HashMap<>();
    private final Map<String, Ending> early = new HashMap<>();
    private List<TriggerAction> actions = new ArrayList<>();
    private int turn;
    private boolean paused;
    private long heldUntilMs;
    private long holdMs;
    private String holdMessage;
    private long heldBytes;
    private long invoked;
    private long read;
    private long filtered;
    private long done;
    private long failed;

    public TriggerCore(String uuid, TriggerRules rules) {
        this.uuid = uuid;
        this.rules = rules;
        this.window = new FlightWindow(rules.maxInFlight());
    }

    /** What has been counted since the start: the fields of a trigger's status. */
    public record Counts(long read, long filtered, long invoked, long done, long failed) {}

    public Counts counts() {
        return new Counts(read, filtered, invoked, done, failed);
    }

    /** A partition is this process's from now on, from this offset. */
    public SourcePartition assigned(String topic, String topicId, int partition, long position, Past past) {
        SourcePartition added = new SourcePartition(
                topic, partition, InvocationIds.prefix(uuid, topicId, partition), rules, position, past);
        partitions.add(added);
        return added;
    }

    /** It is another's: what is in flight of it is forgotten here, and known there by the topics. */
    public void revoked(SourcePartition partition) {
        partitions.remove(partition);
        flights.values().removeIf(flight -> flight.partition() == partition);
        early.keySet().removeIf(id -> id.startsWith(partition.idPrefix()));
        heldBytes -= partition.ledger().heldBytes();
        actions.removeIf(action -> partitionOf(action) == partition);
    }

    /** A record is read that is to be invoked. */
    public void read(SourcePartition partition, SourceRecord record, long nowMs) {
        read++;
        hold(partition, record);
        if (partition.past().takeFinished(record.offset())) {
            finish(partition, record);
            return;
        }
        Past.Found found = partition.past().take(record.offset());
        if (found == null) {
            partition.enqueue(record, nowMs);
        } else {
            takeUp(partition, record, found, nowMs);
        }
    }

    /** A record is read that matches no filter. */
    public void filtered(SourcePartition partition, long offset) {
        read++;
        filtered++;
        done++;
        partition.ledger().read(offset, 0);
        partition.ledger().finish(offset, 0);
    }

    /** A record is read that cannot be invoked. */
    public void poisoned(SourcePartition partition, SourceRecord record, String reason, String message) {
        read++;
        hold(partition, record);
        if (partition.past().takeFinished(record.offset())) {
            finish(partition, record);
        } else {
            failed++;
            actions.add(new TriggerAction.GiveUp(partition, record, reason, message, null, 0, null));
        }
    }

    /** There is nothing before this offset that was not read. */
    public void passed(SourcePartition partition, long offset) {
        partition.ledger().passed(offset);
    }

    /** An invocation ended. One that is not in flight here is not looked at. */
    public void ended(String id, Ending ending, long nowMs) {
        Flight flight = flights.remove(id);
        if (flight == null) {
            endedElsewhere(id, ending);
            return;
        }
        flight.partition().past().endedLater(id, ending);
        if (ending.kind() == Ending.Kind.THROTTLED) {
            window.refused(flight.sinceMs(), nowMs);
        } else {
            window.ended(flight.sinceMs(), ending.waitMs(), ending.serviceMs(), nowMs);
        }
        if (ending.kind() == Ending.Kind.NOT_FOUND) {
            holdAll(ending.message(), nowMs);
        } else {
            holdMs = 0;
            holdMessage = null;
        }
        settle(flight, ending, nowMs);
        flight.partition().landed(flight.lane(), nowMs);
    }

    /** An invocation could not be published, and never will be: it is too large. */
    public void tooLarge(Flight flight, String message, long nowMs) {
        flights.remove(flight.id());
        if (flight.records().size() > 1) {
            halve(flight, flight.failures(), nowMs);
        } else {
            giveUp(flight, flight.records(), "too-large", message, null);
        }
        flight.partition().landed(flight.lane(), nowMs);
    }

    /** Those who are told of the end of these records have been told. */
    public void told(SourcePartition partition, List<SourceRecord> records) {
        if (partitions.contains(partition)) {
            records.forEach(each -> finish(partition, each));
        }
    }

    /** Nothing is invoked from now on, until {@link #resume}. What is in flight comes down. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
    }

    /** The function may be there again: what waited for it need not wait longer. */
    public void hopeful() {
        heldUntilMs = 0;
        holdMs = 0;
    }

    /** What is to be done now, in order. */
    public List<TriggerAction> due(long nowMs) {
        for (Flight next = next(nowMs); next != null; next = next(nowMs)) {
            Ending known = early.remove(next.id());
            if (known != null) {
                settle(next, known, nowMs);
                next.partition().landed(next.lane(), nowMs);
                continue;
            }
            flights.put(next.id(), next);
            invoked++;
            actions.add(new TriggerAction.Invoke(next));
        }
        List<TriggerAction> taken = actions;
        actions = new ArrayList<>();
        return taken;
    }

    /** When there is something to be done by the clock alone; {@link Long#MAX_VALUE} for never. */
    public long nextDueMs() {
        long dueMs = Long.MAX_VALUE;
        for (SourcePartition partition : partitions) {
            dueMs = Math.min(dueMs, partition.nextDueMs());
        }
        return Math.max(dueMs, heldUntilMs);
    }

    /** Whether more should be read of a partition: what waits here would not keep the executors busy long. */
    public boolean wants(SourcePartition partition) {
        return !paused
                && partition.ledger().span() < MOST_SPAN
                && startable() < Math.max(LEAST_READY, 2L * window.limit() * rules.batchSize());
    }

    public int inFlight() {
        return flights.size();
    }

    /** Bytes of records that are not finished. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Why its function is not to be had, as the last refusal said; null if it is. */
    public String missing() {
        return holdMessage;
    }

    /** What keeps more from being invoked now. */
    public Bottleneck bottleneck() {
        if (paused) {
            return Bottleneck.PAUSED;
        }
        if (holdMessage != null) {
            return Bottleneck.ERROR;
        }
        if (startable() > 0 || flights.size() >= window.limit()) {
            return window.isAtMost() ? Bottleneck.LIMIT : Bottleneck.EXECUTORS;
        }
        // Ordered keys wait for their own.
        return queued() > 0 ? Bottleneck.EXECUTORS : Bottleneck.NONE;
    }

    /**
     * What the process before published ends now, and its records have not come to be invoked here. The router will be silent about
     * it, so it is remembered until then.
     */
    private void endedElsewhere(String id, Ending ending) {
        for (SourcePartition partition : partitions) {
            if (!id.startsWith(partition.idPrefix())) {
                continue;
            }
            partition.past().endedLater(id, ending);
            Optional<InvocationIds.Parsed> parsed = InvocationIds.parse(InvocationIds.prefix(uuid), id);
            if (parsed.isPresent() && parsed.get().offset() >= partition.committable()) {
                early.put(id, ending);
            }
        }
    }

    private Flight next(long nowMs) {
        boolean probing = holdMessage != null && !flights.isEmpty();
        if (paused || nowMs < heldUntilMs || probing || !window.hasRoom(flights.size())) {
            return null;
        }
        for (int i = 0; i < partitions.size(); i++) {
            turn = (turn + 1) % partitions.size();
            Flight next = partitions.get(turn).next(nowMs);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    private void takeUp(SourcePartition partition, SourceRecord record, Past.Found found, long nowMs) {
        Lane lane = partition.lane(record);
        partition.hold(lane);
        if (found.ending() != null) {
            Flight before = new Flight(
                    found.id(),
                    partition,
                    lane,
                    List.of(record),
                    found.offsets(),
                    found.tries(),
                    found.failures(),
                    nowMs);
            settle(before, found.ending(), nowMs);
            partition.settle(lane, nowMs);
            return;
        }
        Flight pending = flights.get(found.id());
        if (pending == null) {
            lane.flying++;
            flights.put(
                    found.id(),
                    new Flight(
                            found.id(),
                            partition,
                            lane,
                            List.of(record),
                            found.offsets(),
                            found.tries(),
                            found.failures(),
                            nowMs));
        } else {
            pending.join(record);
        }
    }

    private void settle(Flight flight, Ending ending, long nowMs) {
        switch (ending.kind()) {
            case SUCCEEDED -> succeeded(flight, ending, nowMs);
            case FAILED -> failed(flight, ending, nowMs);
            case THROTTLED ->
                again(
                        flight,
                        flight.records(),
                        flight.failures(),
                        nowMs + rules.retry().waitMs(1, flight.id()));
            case NOT_FOUND -> again(flight, flight.records(), flight.failures(), nowMs);
            case REFUSED -> refused(flight, ending, nowMs);
            case CANCELLED -> giveUp(flight, flight.records(), "Cancelled", ending.message(), ending);
        }
    }

    private void succeeded(Flight flight, Ending ending, long nowMs) {
        Set<Long> bad = rules.itemFailures() ? ItemFailures.of(ending.response(), flight.offsets()) : Set.of();
        List<SourceRecord> good = new ArrayList<>();
        List<SourceRecord> again = new ArrayList<>();
        for (SourceRecord record : flight.records()) {
            (bad.contains(record.offset()) ? again : good).add(record);
        }
        if (!good.isEmpty() && rules.tellsSuccess()) {
            actions.add(new TriggerAction.TellSuccess(flight, good, ending));
        } else {
            good.forEach(each -> finish(flight.partition(), each));
        }
        if (!again.isEmpty()) {
            retry(flight, again, ending, nowMs);
        }
    }

    private void failed(Flight flight, Ending ending, long nowMs) {
        if (rules.bisect() && flight.records().size() > 1) {
            // As in Lambda: halving uses up no attempt.
            halve(flight, flight.failures(), nowMs);
        } else {
            retry(flight, flight.records(), ending, nowMs);
        }
    }

    private void refused(Flight flight, Ending ending, long nowMs) {
        if (flight.records().size() > 1) {
            halve(flight, flight.failures(), nowMs);
        } else {
            giveUp(flight, flight.records(), "Refused", ending.message(), ending);
        }
    }

    private void halve(Flight flight, int failures, long nowMs) {
        List<SourceRecord> all = flight.records();
        int middle = (all.size() + 1) / 2;
        again(flight, List.copyOf(all.subList(0, middle)), failures, nowMs);
        again(flight, List.copyOf(all.subList(middle, all.size())), failures, nowMs);
    }

    private void retry(Flight flight, List<SourceRecord> records, Ending ending, long nowMs) {
        int failures = flight.failures() + 1;
        long dueMs = Math.max(nowMs, ending.atMs() + rules.retry().waitMs(failures, flight.id()));
        List<SourceRecord> kept = new ArrayList<>();
        List<SourceRecord> lost = new ArrayList<>();
        for (SourceRecord record : records) {
            (rules.retry().allows(failures, record.timestampMs(), dueMs) ? kept : lost).add(record);
        }
        for (SourceRecord record : lost) {
            boolean old = rules.retry().isTooOld(record.timestampMs(), dueMs);
            giveUp(flight, List.of(record), old ? "EventAgeExceeded" : "RetriesExhausted", why(ending), ending);
        }
        if (!kept.isEmpty()) {
            again(flight, kept, failures, dueMs);
        }
    }

    private static String why(Ending ending) {
        return ending.kind() == Ending.Kind.SUCCEEDED
                ? "The function named it among the failures of its batch. Mend the function or the record, then redrive."
                : ending.errorType() + ": " + ending.message()
                        + (ending.message().endsWith(".") ? "" : ".")
                        + " Mend the function or the record, then redrive.";
    }

    private void again(Flight flight, List<SourceRecord> records, int failures, long dueMs) {
        flight.partition().tryAgain(flight.lane(), List.copyOf(records), flight.tries() + 1, failures, dueMs);
    }

    private void giveUp(Flight flight, List<SourceRecord> records, String reason, String message, Ending ending) {
        int attempts = flight.failures() + (ending == null ? 0 : 1);
        failed += records.size();
        for (SourceRecord record : records) {
            actions.add(new TriggerAction.GiveUp(
                    flight.partition(),
                    record,
                    reason,
                    message,
                    ending == null ? null : flight.id(),
                    attempts,
                    ending));
        }
    }

    private void holdAll(String message, long nowMs) {
        holdMs = Math.min(MOST_HOLD_MS, Math.max(FIRST_HOLD_MS, holdMs * 2));
        heldUntilMs = nowMs + holdMs;
        holdMessage = message;
    }

    private void hold(SourcePartition partition, SourceRecord record) {
        partition.ledger().read(record.offset(), record.heldBytes());
        heldBytes += record.heldBytes();
    }

    private void finish(SourcePartition partition, SourceRecord record) {
        if (partition.ledger().finish(record.offset(), record.heldBytes())) {
            heldBytes -= record.heldBytes();
            done++;
        }
    }

    private int startable() {
        int count = 0;
        for (SourcePartition partition : partitions) {
            count += partition.startable();
        }
        return count;
    }

    private int queued() {
        int count = 0;
        for (SourcePartition partition : partitions) {
            count += partition.queued();
        }
        return count;
    }

    private static SourcePartition partitionOf(TriggerAction action) {
        if (action instanceof TriggerAction.Invoke invoke) {
            return invoke.flight().partition();
        }
        if (action instanceof TriggerAction.TellSuccess tell) {
            return tell.flight().partition();
        }
        return ((TriggerAction.GiveUp) action).partition();
    }
}
