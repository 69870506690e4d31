package dev.berth.schemas.schedules;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;

/**
 * The six fields of a cron expression as EventBridge writes them: minutes, hours, day of month, month, day of week, year. Knows
 * wall clocks only; what zones make of them is {@link Timetable}'s.
 */
final class CronExpression {
    private static final int FIELDS = 6;

    private final BitSet minutes;
    private final BitSet hours;
    private final CronDays days;
    private final BitSet months;
    private final BitSet years;

    private CronExpression(BitSet minutes, BitSet hours, CronDays days, BitSet months, BitSet years) {
        this.minutes = minutes;
        this.hours = hours;
        this.days = days;
        this.months = months;
        this.years = years;
    }

    /**
     * Reads the fields, without the word {@code cron} and its parentheses.
     *
     * @throws IllegalArgumentException if they are none; the message is for their writer
     */
    static CronExpression parse(String text) {
        String[] fields = text.strip().toUpperCase(Locale.ROOT).split("\\s+");
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(
                    "A cron expression has 6 fields (minutes hours day-of-month month day-of-week year), not "
                            + (text.isBlank() ? 0 : fields.length)
                            + ". Each weekday at 9:00 is cron(0 9 ? * MON-FRI *).");
        }
        return new CronExpression(
                CronField.MINUTES.values(fields[0]),
                CronField.HOURS.values(fields[1]),
                CronDays.of(fields[2], fields[4]),
                CronField.MONTHS.values(fields[3]),
                CronField.YEARS.values(fields[5]));
    }

    /** The first time behind another that it means. */
    Optional<LocalDateTime> next(LocalDateTime after) {
        LocalDateTime from = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDate day = from.toLocalDate();
        LocalTime earliest = from.toLocalTime();
        while (day.getYear() <= CronField.YEARS.last()) {
            if (!years.get(day.getYear())) {
                day = LocalDate.of(day.getYear() + 1, 1, 1);
            } else if (!months.get(day.getMonthValue())) {
                day = day.withDayOfMonth(1).plusMonths(1);
            } else {
                Optional<LocalTime> time = days.include(day) ? from(earliest) : Optional.empty();
                if (time.isPresent()) {
                    return Optional.of(day.atTime(time.get()));
                }
                day = day.plusDays(1);
            }
            earliest = LocalTime.MIN;
        }
        return Optional.empty();
    }

    /** The last time not behind another that it means. */
    Optional<LocalDateTime> latest(LocalDateTime notAfter) {
        LocalDate day = notAfter.toLocalDate();
        LocalTime last = notAfter.toLocalTime();
        while (day.getYear() >= CronField.YEARS.first()) {
            if (!years.get(day.getYear())) {
                day = LocalDate.of(day.getYear() - 1, 12, 31);
            } else if (!months.get(day.getMonthValue())) {
                day = day.withDayOfMonth(1).minusDays(1);
            } else {
                Optional<LocalTime> time = days.include(day) ? until(last) : Optional.empty();
                if (time.isPresent()) {
                    return Optional.of(day.atTime(time.get()));
                }
                day = day.minusDays(1);
            }
            last = LocalTime.MAX;
        }
        return Optional.empty();
    }

    private Optional<LocalTime> from(LocalTime earliest) {
        int hour = hours.nextSetBit(earliest.getHour());
        int minute = minutes.nextSetBit(hour == earliest.getHour() ? earliest.getMinute() : 0);
        if (hour >= 0 && minute < 0) {
            hour = hours.nextSetBit(hour + 1);
            minute = minutes.nextSetBit(0);
        }
        return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minute));
    }

    private Optional<LocalTime> until(LocalTime last) {
        int hour = hours.previousSetBit(last.getHour());
        int minute = minutes.previousSetBit(hour == last.getHour() ? last.getMinute() : CronField.MINUTES.last());
        if (hour >= 0 && minute < 0) {
            hour = hours.previousSetBit(hour - 1);
            minute = minutes.previousSetBit(CronField.MINUTES.last());
        }
        return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minute));
    }
}
