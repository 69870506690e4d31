package dev.berth.schemas.schedules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When something is due, in the forms of EventBridge:
 *
 * <pre>
 * cron(0 9 ? * MON-FRI *)      minutes hours day-of-month month day-of-week year, on the clocks of a zone
 * rate(5 minutes)              that long after its begin, and again; seconds, minutes, hours, days
 * at(2026-12-24T18:00:00)      once, on the clocks of a zone
 * </pre>
 *
 * Where clocks go forward, a cron time that they leap over is not due. Where they go back, one that they show twice is due the first
 * time only. That is what EventBridge Scheduler does.
 */
public sealed interface Timetable {
    /** The forms, for messages and help. */
    String FORMS = "cron(0 9 ? * MON-FRI *), rate(5 minutes) or at(2026-12-24T18:00:00)";

    /** The first moment behind another at which it is due. */
    Optional<Instant> next(Instant after);

    /** The last moment not behind another at which it was due. */
    Optional<Instant> latest(Instant notAfter);

    /**
     * Reads an expression.
     *
     * @param zone whose clocks cron and at mean
     * @param begin from which rate counts
     * @throws IllegalArgumentException if it is none; the message is for its writer
     */
    static Timetable parse(String expression, ZoneId zone, Instant begin) {
        Matcher form = Syntax.FORM.matcher(expression.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + Syntax.shown(expression) + "' is no schedule. Write " + FORMS + ".");
        }
        String inner = form.group("inner").strip();
        try {
            return switch (form.group("word")) {
                case "cron" -> new Cron(CronExpression.parse(inner), zone);
                case "rate" -> new Rate(begin, Syntax.period(inner));
                default -> new Once(Syntax.moment(inner, zone));
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Syntax.shown(expression.strip()) + ": " + e.getMessage(), e);
        }
    }

    /** A zone by its IANA name. */
    static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + Syntax.shown(name) + "' is no time zone. Give an IANA name such as Europe/Berlin, or UTC.",
                    e);
        }
    }

    /** On the clocks of a zone. */
    record Cron(CronExpression fields, ZoneId zone) implements Timetable {
        @Override
        public Optional<Instant> next(Instant after) {
            LocalDateTime clock = clock(after);
            while (true) {
                Optional<LocalDateTime> found = fields.next(clock);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                Optional<Instant> moment = moment(found.get()).filter(due -> due.isAfter(after));
                if (moment.isPresent()) {
                    return moment;
                }
                clock = found.get();
            }
        }

        @Override
        public Optional<Instant> latest(Instant notAfter) {
            LocalDateTime clock = clock(notAfter);
            while (true) {
                Optional<LocalDateTime> found = fields.latest(clock);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                Optional<Instant> moment = moment(found.get());
                if (moment.isPresent()) {
                    return moment;
                }
                clock = found.get().minusNanos(1);
            }
        }

        /** What clocks show; when they show a time again, the last that they showed before they went back. */
        private LocalDateTime clock(Instant at) {
            LocalDateTime shown = LocalDateTime.ofInstant(at, zone);
            ZoneOffsetTransition back = zone.getRules().getTransition(shown);
            return back != null && back.getOffsetAfter().equals(zone.getRules().getOffset(at))
                    ? back.getDateTimeBefore().minusNanos(1)
                    : shown;
        }

        /** The first moment at which clocks show a time; empty if they leap over it. */
        private Optional<Instant> moment(LocalDateTime time) {
            return Syntax.first(time, zone);
        }
    }

    /** Again and again, by the length of a day of 24 hours. */
    record Rate(Instant begin, Duration period) implements Timetable {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(begin.plus(period.multipliedBy(Math.max(0, periods(after)) + 1)));
        }

        @Override
        public Optional<Instant> latest(Instant notAfter) {
            long periods = periods(notAfter);
            return periods < 1 ? Optional.empty() : Optional.of(begin.plus(period.multipliedBy(periods)));
        }

        private long periods(Instant until) {
            return Math.floorDiv(Duration.between(begin, until).toMillis(), period.toMillis());
        }
    }

    /** At one moment. */
    record Once(Instant at) implements Timetable {
        @Override
        public Optional<Instant> next(Instant after) {
            return at.isAfter(after) ? Optional.of(at) : Optional.empty();
        }

        @Override
        public Optional<Instant> latest(Instant notAfter) {
            return at.isAfter(notAfter) ? Optional.empty() : Optional.of(at);
        }
    }

    /** How they are written. */
    final class Syntax {
        private static final Pattern FORM = Pattern.compile("(?<word>cron|rate|at)\\((?<inner>[^()]*)\\)");
        private static final Pattern PERIOD =
                Pattern.compile("(?<count>\\d{1,6})\\s+(?<unit>second|minute|hour|day)s?");
        private static final int SHOWN_CHARS = 120;

        private Syntax() {}

        private static Duration period(String text) {
            Matcher period = PERIOD.matcher(text);
            if (!period.matches() || Integer.parseInt(period.group("count")) == 0) {
                throw new IllegalArgumentException("'" + text
                        + "' is no rate. Give a number from 1 to 999999 and seconds, minutes, hours or days, such as"
                        + " rate(5 minutes).");
            }
            long count = Long.parseLong(period.group("count"));
            return switch (period.group("unit")) {
                case "second" -> Duration.ofSeconds(count);
                case "minute" -> Duration.ofMinutes(count);
                case "hour" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }

        private static Instant moment(String text, ZoneId zone) {
            LocalDateTime time;
            try {
                time = LocalDateTime.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "'" + text
                                + "' is no time. Give one such as at(2026-12-24T18:00:00), without a zone: that is the field timezone.",
                        e);
            }
            return first(time, zone)
                    .orElseThrow(() -> new IllegalArgumentException("Clocks in " + zone + " leap over " + text
                            + ", so it would never be due. Give another time."));
        }

        private static Optional<Instant> first(LocalDateTime time, ZoneId zone) {
            List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
            return offsets.isEmpty() ? Optional.empty() : Optional.of(time.toInstant(offsets.get(0)));
        }

        private static String shown(String text) {
            return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
        }
    }
}
