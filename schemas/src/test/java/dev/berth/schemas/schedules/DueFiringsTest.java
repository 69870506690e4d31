package dev.berth.schemas.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.MissedFirings;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleState;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("E9")
class DueFiringsTest {
    private static final long BEGIN = at("2026-01-01T00:00:00Z");

    @Test
    void nothingIsDueBeforeItsTimeAndTheTimeIsKnown() {
        DueFirings due = DueFirings.of(hourly(MissedFirings.LATEST), 0, BEGIN + 1);

        assertThat(due.fires()).isFalse();
        assertThat(due.next()).contains(Instant.parse("2026-01-01T01:00:00Z"));
    }

    @Test
    void itFiresOnceForEachTime() {
        Schedule hourly = hourly(MissedFirings.LATEST);
        long now = at("2026-01-01T01:00:00.250Z");

        DueFirings first = DueFirings.of(hourly, 0, now);
        assertThat(first.fires()).isTrue();
        assertThat(first.passedOver()).isZero();
        long fired = first.due().orElseThrow().toEpochMilli();
        assertThat(fired).isEqualTo(at("2026-01-01T01:00:00Z"));
        assertThat(DueFirings.of(hourly, fired, now).fires()).isFalse();
    }

    @Test
    void afterDowntimeTheLatestIsMadeUpForOnceOrNoneIs() {
        long lastDue = at("2026-01-01T01:00:00Z");
        long now = at("2026-01-01T05:30:00Z");

        DueFirings latest = DueFirings.of(hourly(MissedFirings.LATEST), lastDue, now);
        assertThat(latest.fires()).isTrue();
        assertThat(latest.due()).contains(Instant.parse("2026-01-01T05:00:00Z"));
        assertThat(latest.passedOver()).isEqualTo(3);
        DueFirings skip = DueFirings.of(hourly(MissedFirings.SKIP), lastDue, now);
        assertThat(skip.fires()).isFalse();
        assertThat(skip.passedOver()).isEqualTo(4);
        assertThat(skip.due()).isEqualTo(latest.due());
        assertThat(skip.next()).contains(Instant.parse("2026-01-01T06:00:00Z"));
    }

    @Test
    void aFiringThatIsSomeSecondsLateIsNotSkipped() {
        DueFirings due = DueFirings.of(hourly(MissedFirings.SKIP), 0, at("2026-01-01T01:00:59Z"));

        assertThat(due.fires()).isTrue();
    }

    @Test
    void whatFellDueWhileItWasPausedIsNotMadeUpFor() {
        Schedule paused = hourly(MissedFirings.LATEST);
        paused.setState(ScheduleState.DISABLED);
        assertThat(DueFirings.of(paused, 0, at("2026-01-01T05:30:00Z")).due()).isEmpty();

        Schedule resumed = hourly(MissedFirings.LATEST);
        resumed.setResumedMs(at("2026-01-01T05:20:00Z"));
        assertThat(DueFirings.of(resumed, 0, at("2026-01-01T05:30:00Z")).due()).isEmpty();
        assertThat(DueFirings.of(resumed, 0, at("2026-01-01T06:00:00Z")).fires())
                .isTrue();
    }

    @Test
    void nothingIsDueOutsideOfItsBeginAndEnd() {
        Schedule bounded = hourly(MissedFirings.LATEST);
        bounded.setStartMs(at("2026-01-01T03:00:00Z"));
        bounded.setEndMs(at("2026-01-01T04:30:00Z"));

        assertThat(DueFirings.of(bounded, 0, at("2026-01-01T02:30:00Z")).next())
                .contains(Instant.parse("2026-01-01T03:00:00Z"));
        assertThat(DueFirings.of(bounded, 0, at("2026-01-01T03:00:00Z")).fires())
                .isTrue();
        DueFirings after = DueFirings.of(bounded, at("2026-01-01T03:00:00Z"), at("2026-01-02T00:00:00Z"));
        assertThat(after.due()).contains(Instant.parse("2026-01-01T04:00:00Z"));
        assertThat(after.next()).isEmpty();
    }

    @Test
    void countingAnEndlessDowntimeEnds() {
        Schedule busy = hourly(MissedFirings.LATEST);
        busy.setExpression("rate(1 second)");

        assertThat(DueFirings.of(busy, 0, at("2027-01-01T00:00:00Z")).passedOver())
                .isEqualTo(DueFirings.MOST_COUNTED - 1);
    }

    private static Schedule hourly(MissedFirings missed) {
        return Schedule.newBuilder()
                .setTenant("default")
                .setName("hourly")
                .setState(ScheduleState.ENABLED)
                .setExpression("cron(0 * * * ? *)")
                .setStartMs(BEGIN)
                .setMissed(missed)
                .setResumedMs(BEGIN)
                .setFunction("f")
                .setCreatedMs(BEGIN)
                .setModifiedMs(BEGIN)
                .build();
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }
}
