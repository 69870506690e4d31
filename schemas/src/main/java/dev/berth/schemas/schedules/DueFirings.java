package dev.berth.schemas.schedules;

import dev.berth.schemas.MissedFirings;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleState;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be done about a schedule now.
 *
 * @param due the last moment at which it fell due and which nobody has dealt with
 * @param fires whether it is fired for that moment; else it is passed over
 * @param passedOver how many moments are passed over; counted up to {@value #MOST_COUNTED}
 * @param next when to look again; empty if it is never due again
 */
public record DueFirings(Optional<Instant> due, boolean fires, long passedOver, Optional<Instant> next) {
    /** A firing that is no later than this is not missed but late: a process that takes over needs some seconds. */
    public static final long LATE_MS = 60_000;

    /** More are not counted. */
    static final long MOST_COUNTED = 10_000;

    private static final DueFirings NEVER = new DueFirings(Optional.empty(), false, 0, Optional.empty());

    /**
     * Decides.
     *
     * @param lastDueMs when the firing was due that was last fired or passed over, of this very schedule; 0 if there was none
     * @throws IllegalArgumentException if its expression or zone cannot be read
     */
    public static DueFirings of(Schedule schedule, long lastDueMs, long nowMs) {
        if (schedule.getState() != ScheduleState.ENABLED) {
            return NEVER;
        }
        Timetable timetable = timetable(schedule);
        // A moment at which it begins is due; one at which it was resumed has been seen.
        Instant since =
                Instant.ofEpochMilli(Math.max(Math.max(lastDueMs, schedule.getResumedMs()), schedule.getStartMs() - 1));
        Instant end = Instant.ofEpochMilli(schedule.getEndMs() == null ? Long.MAX_VALUE : schedule.getEndMs());
        Instant now = Instant.ofEpochMilli(nowMs);
        Instant until = now.isBefore(end) ? now : end;
        Optional<Instant> latest = timetable.latest(until).filter(due -> due.isAfter(since));
        boolean fires = latest.filter(
                        due -> schedule.getMissed() != MissedFirings.SKIP || nowMs - due.toEpochMilli() <= LATE_MS)
                .isPresent();
        long passedOver = latest.map(due -> counted(timetable, since, due)).orElse(0L) - (fires ? 1 : 0);
        Optional<Instant> next =
                timetable.next(now.isBefore(since) ? since : now).filter(due -> !due.isAfter(end));
        return new DueFirings(latest, fires, passedOver, next);
    }

    /** When it is due, whatever its state. */
    public static Timetable timetable(Schedule schedule) {
        return Timetable.parse(
                schedule.getExpression(),
                Timetable.zone(schedule.getTimezone()),
                Instant.ofEpochMilli(schedule.getStartMs()));
    }

    private static long counted(Timetable timetable, Instant since, Instant until) {
        long count = 0;
        Optional<Instant> due = timetable.next(since);
        while (due.isPresent() && !due.get().isAfter(until) && count < MOST_COUNTED) {
            count++;
            due = timetable.next(due.get());
        }
        return count;
    }
}
