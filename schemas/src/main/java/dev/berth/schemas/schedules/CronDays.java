package dev.berth.schemas.schedules;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which days a cron expression means: its day of the month, or its day of the week; the other of the two is {@code ?}. */
interface CronDays {
    boolean include(LocalDate day);

    /**
     * Reads both fields.
     *
     * @throws IllegalArgumentException if they mean no days; the message is for their writer
     */
    static CronDays of(String ofMonth, String ofWeek) {
        if (ofMonth.equals("?") == ofWeek.equals("?")) {
            throw new IllegalArgumentException("One of day of month ('" + ofMonth + "') and day of week ('" + ofWeek
                    + "') must be ?, and only one: the other says which days.");
        }
        return ofWeek.equals("?") ? ofMonth(ofMonth) : ofWeek(ofWeek);
    }

    private static CronDays ofMonth(String text) {
        if (text.equals("L")) {
            return day -> day.getDayOfMonth() == day.lengthOfMonth();
        }
        if (text.equals("LW")) {
            return day -> day.equals(nearestWeekday(day.with(TemporalAdjusters.lastDayOfMonth())));
        }
        if (text.matches("\\d{1,2}W")) {
            int wanted = CronField.MONTH_DAYS.value(text.substring(0, text.length() - 1));
            return day -> wanted <= day.lengthOfMonth() && day.equals(nearestWeekday(day.withDayOfMonth(wanted)));
        }
        BitSet days = CronField.MONTH_DAYS.values(text);
        return day -> days.get(day.getDayOfMonth());
    }

    private static CronDays ofWeek(String text) {
        if (text.equals("L")) {
            return day -> day.getDayOfWeek() == DayOfWeek.SATURDAY;
        }
        Matcher ordinal = Pattern.compile("(?<day>\\w+)#(?<which>[1-5])").matcher(text);
        if (ordinal.matches()) {
            int wanted = CronField.WEEK_DAYS.value(ordinal.group("day"));
            int which = Integer.parseInt(ordinal.group("which"));
            return day -> number(day) == wanted && (day.getDayOfMonth() - 1) / 7 + 1 == which;
        }
        if (text.matches("\\w+L")) {
            int wanted = CronField.WEEK_DAYS.value(text.substring(0, text.length() - 1));
            return day -> number(day) == wanted && day.getDayOfMonth() + 7 > day.lengthOfMonth();
        }
        if (text.contains("#")) {
            throw CronField.WEEK_DAYS.wrong(text, "is no DAY#N with N from 1 to 5 that stands alone");
        }
        BitSet days = CronField.WEEK_DAYS.values(text);
        return day -> days.get(number(day));
    }

    /** Sunday is 1. */
    private static int number(LocalDate day) {
        return day.getDayOfWeek().getValue() % 7 + 1;
    }

    /** The weekday nearest to a day in its own month. */
    private static LocalDate nearestWeekday(LocalDate day) {
        return switch (day.getDayOfWeek()) {
            case SATURDAY -> day.getDayOfMonth() == 1 ? day.plusDays(2) : day.minusDays(1);
            case SUNDAY -> day.getDayOfMonth() == day.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
            case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> day;
        };
    }
}
