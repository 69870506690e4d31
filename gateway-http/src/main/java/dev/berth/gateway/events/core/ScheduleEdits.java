package dev.berth.gateway.events.core;

import static dev.berth.gateway.events.core.Known.refuse;

import dev.berth.gateway.core.Json;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.schemas.Limits;
import dev.berth.schemas.MissedFirings;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleState;
import dev.berth.schemas.schedules.DueFirings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Schedules as clients write them: {@code (schedule, fields, now) -> schedule}, or a refusal. */
public final class ScheduleEdits {
    private static final List<String> FIELDS = List.of(
            "name",
            "expression",
            "timezone",
            "start",
            "end",
            "enabled",
            "missed",
            "function",
            "topic",
            "key",
            "payload",
            "text");
    private static final int MOST_KEY_CHARS = Limits.ROUTING_VALUE_CHARS;

    private ScheduleEdits() {}

    /** The fields of a body. */
    public static RequestFields fields(byte[] body) {
        return RequestFields.parse(body, "A schedule", FIELDS);
    }

    /** The name that a body gives. */
    public static String name(RequestFields fields) {
        String name = fields.text("name").orElseThrow(() -> refuse("A schedule needs a name."));
        if (!RoutingKey.isValidName(name)) {
            throw refuse("A schedule's name is 1 to 64 letters, digits, hyphens or underscores.");
        }
        return name;
    }

    /** A new one. */
    public static Schedule create(String tenant, RequestFields fields, Known known, long nowMs) {
        Schedule schedule = Schedule.newBuilder()
                .setTenant(tenant)
                .setName(name(fields))
                .setState(ScheduleState.ENABLED)
                .setExpression(fields.text("expression")
                        .orElseThrow(() -> refuse("A schedule needs an expression, such as cron(0 9 ? * MON-FRI *),"
                                + " rate(5 minutes) or at(2026-12-24T18:00:00).")))
                .setStartMs(fields.moment("start").orElse(nowMs))
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs)
                .setResumedMs(nowMs)
                .build();
        edit(schedule, fields, known, nowMs);
        if ((schedule.getFunction() == null) == (schedule.getTopic() == null)) {
            throw refuse("A schedule needs a function to run or a topic to put a record on: one of the two.");
        }
        return schedule;
    }

    /** A changed one; what is not named stays. */
    public static Schedule change(Schedule before, RequestFields fields, Known known, long nowMs) {
        if (fields.has("name")) {
            throw refuse("A schedule's name cannot be changed. Create another, and delete this one.");
        }
        Schedule schedule = Schedule.newBuilder(before).setModifiedMs(nowMs).build();
        fields.text("expression").ifPresent(schedule::setExpression);
        fields.moment("start").ifPresent(schedule::setStartMs);
        boolean otherTime = fields.has("expression") || fields.has("start") || fields.has("timezone");
        boolean resumed = before.getState() != ScheduleState.ENABLED
                && fields.flag("enabled").orElse(false);
        if (otherTime || resumed) {
            schedule.setResumedMs(nowMs);
        }
        edit(schedule, fields, known, nowMs);
        return schedule;
    }

    /** The same, running or paused. */
    public static Schedule enabled(Schedule before, boolean enabled, long nowMs) {
        Schedule.Builder schedule = Schedule.newBuilder(before)
                .setState(enabled ? ScheduleState.ENABLED : ScheduleState.DISABLED)
                .setModifiedMs(nowMs);
        if (enabled && before.getState() != ScheduleState.ENABLED) {
            schedule.setResumedMs(nowMs);
        }
        return schedule.build();
    }

    private static void edit(Schedule schedule, RequestFields fields, Known known, long nowMs) {
        fields.text("timezone").ifPresent(schedule::setTimezone);
        fields.flag("enabled")
                .ifPresent(enabled -> schedule.setState(enabled ? ScheduleState.ENABLED : ScheduleState.DISABLED));
        fields.text("missed").ifPresent(missed -> schedule.setMissed(missed(missed)));
        if (fields.has("end")) {
            schedule.setEndMs(null);
            fields.moment("end").ifPresent(schedule::setEndMs);
        }
        if (fields.text("function").isPresent() && fields.text("topic").isPresent()) {
            throw refuse("A schedule has a function or a topic, not both. To do both, make two.");
        }
        fields.text("function").map(known::function).ifPresent(function -> to(schedule, function));
        fields.text("topic").map(known::topic).ifPresent(topic -> {
            schedule.setTopic(topic);
            schedule.setFunction(null);
            schedule.setQualifier(null);
        });
        if (fields.has("key")) {
            schedule.setKey(fields.text("key").map(ScheduleEdits::key).orElse(null));
        }
        payload(schedule, fields);
        checkTime(schedule, nowMs);
    }

    private static void to(Schedule schedule, FunctionName function) {
        schedule.setFunction(function.name());
        schedule.setQualifier(function.qualifier().orElse(null));
        schedule.setTopic(null);
    }

    private static MissedFirings missed(String given) {
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "latest" -> MissedFirings.LATEST;
            case "skip" -> MissedFirings.SKIP;
            default ->
                throw refuse(
                        "missed must be latest (the last firing that was missed is made up for, once) or skip (none"
                                + " is).");
        };
    }

    private static String key(String given) {
        if (given.isEmpty() || given.length() > MOST_KEY_CHARS) {
            throw refuse("key must have 1 to " + MOST_KEY_CHARS + " characters.");
        }
        return given;
    }

    private static void payload(Schedule schedule, RequestFields fields) {
        if (fields.has("payload") && fields.has("text")) {
            throw refuse("Give payload (JSON) or text (as it is), not both.");
        }
        if (fields.has("payload")) {
            schedule.setPayload(bounded(fields.value("payload")));
        } else if (fields.has("text")) {
            schedule.setPayload(fields.text("text")
                    .map(text -> bounded(text.getBytes(StandardCharsets.UTF_8)))
                    .orElse(null));
        }
        if (schedule.getFunction() != null && schedule.getPayload() != null) {
            Json.requireValue(schedule.getPayload().array());
        }
    }

    private static ByteBuffer bounded(byte[] payload) {
        if (payload.length > Limits.ASYNC_PAYLOAD_BYTES) {
            throw refuse(
                    "The payload has " + payload.length + " bytes; at most " + Limits.ASYNC_PAYLOAD_BYTES + " fit.");
        }
        return ByteBuffer.wrap(payload);
    }

    private static void checkTime(Schedule schedule, long nowMs) {
        boolean everDue;
        try {
            long fromMs = Math.max(nowMs, schedule.getStartMs()) - 1;
            everDue = DueFirings.timetable(schedule)
                    .next(Instant.ofEpochMilli(fromMs))
                    .filter(due -> schedule.getEndMs() == null || due.toEpochMilli() <= schedule.getEndMs())
                    .isPresent();
        } catch (IllegalArgumentException e) {
            throw refuse(e.getMessage());
        }
        if (!everDue && schedule.getState() == ScheduleState.ENABLED) {
            throw refuse(schedule.getExpression() + " is never due from now on"
                    + (schedule.getEndMs() == null ? "" : " until its end") + ". Give a time that lies ahead.");
        }
    }
}
