package dev.berth.schemas.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
@Tag("E9")
class TimetableTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cron(0 9 ? * MON-FRI *)     | 2026-01-02T09:00:00Z | 2026-01-05T09:00:00Z", // a Friday; the next is
                // Monday
                "cron(*/15 * * * ? *)        | 2026-01-01T00:14:59Z | 2026-01-01T00:15:00Z",
                "cron(5/20 8-10,22 * * ? *)  | 2026-01-01T10:45:00Z | 2026-01-01T22:05:00Z",
                "cron(0 0 L * ? *)           | 2027-12-31T00:00:00Z | 2028-01-31T00:00:00Z",
                "cron(0 0 L 2 ? *)           | 2027-03-01T00:00:00Z | 2028-02-29T00:00:00Z",
                "cron(0 0 LW * ? *)          | 2026-01-01T00:00:00Z | 2026-01-30T00:00:00Z", // the 31st is a Saturday
                "cron(0 0 1W * ? *)          | 2026-08-01T00:00:00Z | 2026-08-03T00:00:00Z", // the 1st is a Saturday
                "cron(0 0 15W 11 ? 2026)     | 2026-01-01T00:00:00Z | 2026-11-16T00:00:00Z", // the 15th is a Sunday
                "cron(0 12 ? * 3#2 *)        | 2026-01-01T00:00:00Z | 2026-01-13T12:00:00Z", // the second Tuesday
                "cron(0 12 ? * THUL *)       | 2026-01-01T00:00:00Z | 2026-01-29T12:00:00Z", // the last Thursday
                "cron(0 0 29 FEB ? *)        | 2096-02-29T00:00:00Z | 2104-02-29T00:00:00Z", // 2100 is no leap year
                "rate(5 minutes)             | 2026-01-01T00:00:00Z | 2026-01-01T00:05:00Z",
                "rate(1 day)                 | 2026-01-03T00:00:01Z | 2026-01-04T00:00:00Z",
                "at(2026-06-01T10:00:00)     | 2026-01-01T00:00:00Z | 2026-06-01T10:00:00Z"
            })
    void theNextTimeIsTheFirstBehindAndTheLatestBeforeItIsNotBehindThat(
            String expression, Instant after, Instant next) {
        Timetable timetable = Timetable.parse(expression, UTC, Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(timetable.next(after)).contains(next);
        assertThat(timetable.latest(next)).contains(next);
        assertThat(timetable.latest(next.minusMillis(1)).filter(earlier -> earlier.isAfter(after)))
                .isEmpty();
    }

    @Test
    void whatIsNeverDueAgainSaysSo() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(Timetable.parse("cron(0 0 30 2 ? *)", UTC, now).next(now)).isEmpty();
        assertThat(Timetable.parse("cron(0 0 1 1 ? 2020)", UTC, now).next(now)).isEmpty();
        assertThat(Timetable.parse("cron(0 0 1 1 ? 2020)", UTC, now).latest(now))
                .contains(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(Timetable.parse("at(2025-01-01T00:00:00)", UTC, now).next(now))
                .isEmpty();
    }

    @Test
    void aTimeThatClocksLeapOverIsNotDueThatDay() {
        Timetable nightly = Timetable.parse("cron(30 2 * * ? *)", BERLIN, Instant.EPOCH);

        // On 29 March 2026 clocks go from 2:00 to 3:00.
        assertThat(nightly.next(Instant.parse("2026-03-28T01:30:00Z"))).contains(Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(nightly.latest(Instant.parse("2026-03-29T20:00:00Z")))
                .contains(Instant.parse("2026-03-28T01:30:00Z"));
        assertThatThrownBy(() -> Timetable.parse("at(2026-03-29T02:30:00)", BERLIN, Instant.EPOCH))
                .hasMessageContaining("leap over 2026-03-29T02:30:00");
    }

    @Test
    void aTimeThatClocksShowTwiceIsDueOnce() {
        Timetable nightly = Timetable.parse("cron(30 2 * * ? *)", BERLIN, Instant.EPOCH);
        Timetable often = Timetable.parse("cron(0/20 * * * ? *)", BERLIN, Instant.EPOCH);

        // On 25 October 2026 clocks go from 3:00 back to 2:00, at 1:00 UTC.
        Instant first = Instant.parse("2026-10-25T00:30:00Z");
        assertThat(nightly.next(Instant.parse("2026-10-24T12:00:00Z"))).contains(first);
        assertThat(nightly.next(first)).contains(Instant.parse("2026-10-26T01:30:00Z"));
        assertThat(nightly.latest(Instant.parse("2026-10-25T01:45:00Z"))).contains(first);
        assertThat(often.next(Instant.parse("2026-10-25T00:40:00Z"))).contains(Instant.parse("2026-10-25T02:00:00Z"));
        assertThat(often.latest(Instant.parse("2026-10-25T01:10:00Z"))).contains(Instant.parse("2026-10-25T00:40:00Z"));
    }

    @Test
    void theClocksOfTheZoneCountInSummerAndWinter() {
        Timetable daily = Timetable.parse("cron(0 9 * * ? *)", BERLIN, Instant.EPOCH);

        assertThat(daily.next(Instant.parse("2026-07-01T00:00:00Z"))).contains(Instant.parse("2026-07-01T07:00:00Z"));
        assertThat(daily.next(Instant.parse("2026-12-01T00:00:00Z"))).contains(Instant.parse("2026-12-01T08:00:00Z"));
    }

    /** Walks minute by minute, as the fields are defined, and must meet just the times that are leapt to. */
    @Test
    void leapingFindsWhatWalkingMinuteByMinuteFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            String minutes = random.nextInt(60) + "/" + (1 + random.nextInt(40));
            int from = random.nextInt(20);
            String hours = from + "-" + (from + random.nextInt(4));
            String days = 1 + random.nextInt(31) + "," + (1 + random.nextInt(31));
            CronExpression cron = CronExpression.parse(minutes + " " + hours + " " + days + " * ? *");
            LocalDateTime begin = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(400_000));
            List<LocalDateTime> leapt = new ArrayList<>();
            Optional<LocalDateTime> next = cron.next(begin);
            while (next.isPresent() && next.get().isBefore(begin.plusDays(40))) {
                leapt.add(next.get());
                assertThat(cron.latest(next.get().plusSeconds(59))).isEqualTo(next);
                next = cron.next(next.get());
            }
            List<LocalDateTime> walked = new ArrayList<>();
            for (LocalDateTime at = begin.plusMinutes(1); at.isBefore(begin.plusDays(40)); at = at.plusMinutes(1)) {
                if (CronField.MINUTES.values(minutes).get(at.getMinute())
                        && CronField.HOURS.values(hours).get(at.getHour())
                        && CronField.MONTH_DAYS.values(days).get(at.getDayOfMonth())) {
                    walked.add(at);
                }
            }
            assertThat(leapt)
                    .as("seed %d: %s %s %s", seed, minutes, hours, days)
                    .isEqualTo(walked);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cron(0 25 * * ? *)          | hours has '25', which must be from 0 to 23",
                "cron(0 9 * * * *)           | must be ?",
                "cron(0 9 ? * ? *)           | must be ?",
                "cron(0 9 * * ?)             | 6 fields",
                "cron()                      | not 0",
                "cron(0 9 ? * MON-FUN *)     | day of week has 'FUN'",
                "cron(0 9 ? * 6#9 *)         | DAY#N",
                "cron(0 22-4 * * ? *)        | runs backwards",
                "cron(*/0 * * * ? *)         | step",
                "cron(0 9 32W * ? *)         | day of month has '32'",
                "cron(0,,5 9 * * ? *)        | minutes has ''",
                "0 9 * * *                   | is no schedule. Write cron(",
                "rate(0 minutes)             | no rate",
                "rate(5 fortnights)          | no rate",
                "at(tomorrow)                | no time",
                "at(2026-12-24T18:00:00Z)    | without a zone"
            })
    void whatDoesNotParseSaysWhatIsWrong(String expression, String said) {
        assertThatThrownBy(() -> Timetable.parse(expression, UTC, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    @Test
    void whatIsNoZoneSaysSo() {
        assertThatThrownBy(() -> Timetable.zone("Mars/Olympus")).hasMessageContaining("Europe/Berlin");
        assertThat(Timetable.zone("UTC").getRules().getOffset(Instant.EPOCH)).isEqualTo(ZoneOffset.UTC);
    }
}
