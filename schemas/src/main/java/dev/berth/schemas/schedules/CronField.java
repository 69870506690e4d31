package dev.berth.schemas.schedules;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * A field of a cron expression that is a set of numbers: values, ranges, steps, lists of them.
 *
 * @param word how messages name it
 * @param names of the values from the first on, in capitals; empty if they have none
 */
record CronField(String word, int first, int last, List<String> names) {
    static final CronField MINUTES = new CronField("minutes", 0, 59, List.of());
    static final CronField HOURS = new CronField("hours", 0, 23, List.of());
    static final CronField MONTH_DAYS = new CronField("day of month", 1, 31, List.of());
    static final CronField MONTHS = new CronField(
            "month",
            1,
            12,
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"));
    static final CronField WEEK_DAYS =
            new CronField("day of week", 1, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));
    static final CronField YEARS = new CronField("year", 1970, 2199, List.of());

    /**
     * The values that a text means.
     *
     * @throws IllegalArgumentException if it means none; the message is for its writer
     */
    BitSet values(String text) {
        BitSet values = new BitSet();
        for (String item : text.split(",", -1)) {
            add(item, values);
        }
        return values;
    }

    /** One value, given as a number or by its name. */
    int value(String text) {
        int named = names.indexOf(text.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return first + named;
        }
        int value = number(text);
        if (value < first || value > last) {
            throw wrong(text, "must be from " + first + " to " + last);
        }
        return value;
    }

    IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("The field " + word + " has '" + text + "', which " + why + ".");
    }

    private void add(String item, BitSet values) {
        int slash = item.indexOf('/');
        String range = slash < 0 ? item : item.substring(0, slash);
        int step = slash < 0 ? 1 : number(item.substring(slash + 1));
        if (step < 1 || step > last) {
            throw wrong(item, "must have a step from 1 to " + last + " behind its slash");
        }
        int from = first;
        int to = last;
        int dash = range.indexOf('-');
        if (dash > 0) {
            from = value(range.substring(0, dash));
            to = value(range.substring(dash + 1));
            if (from > to) {
                throw wrong(range, "runs backwards; write two ranges with a comma between them");
            }
        } else if (!range.equals("*")) {
            from = value(range);
            // A step without an end goes on to the last value.
            to = slash < 0 ? from : last;
        }
        for (int value = from; value <= to; value += step) {
            values.set(value);
        }
    }

    private int number(String text) {
        if (!text.matches("\\d{1,4}")) {
            throw wrong(
                    text,
                    "is no number"
                            + (names.isEmpty()
                                    ? ""
                                    : " or name from " + names.get(0) + " to " + names.get(names.size() - 1))
                            + " (numbers, ranges 1-5, steps */5, lists 1,3)");
        }
        return Integer.parseInt(text);
    }
}
