package dev.berth.gateway.events.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleState;
import dev.berth.schemas.ScheduleStatus;
import dev.berth.schemas.schedules.DueFirings;
import dev.berth.schemas.schedules.Timetable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Schedules as clients see them. */
public final class ScheduleShapes {
    private static final int NEXT = 3;

    private ScheduleShapes() {}

    /** One, with the next times at which it is due and its last firing. */
    public static ObjectNode of(Schedule schedule, Optional<ScheduleStatus> status, long nowMs) {
        ObjectNode json = Json.object();
        json.put("name", schedule.getName())
                .put("tenant", schedule.getTenant())
                .put("expression", schedule.getExpression())
                .put("timezone", schedule.getTimezone())
                .put("enabled", schedule.getState() == ScheduleState.ENABLED)
                .put("missed", schedule.getMissed().name().toLowerCase(Locale.ROOT))
                .put("start", time(schedule.getStartMs()));
        if (schedule.getEndMs() != null) {
            json.put("end", time(schedule.getEndMs()));
        }
        if (schedule.getFunction() != null) {
            json.put(
                    "function",
                    schedule.getFunction() + (schedule.getQualifier() == null ? "" : ":" + schedule.getQualifier()));
        } else {
            json.put("topic", schedule.getTopic());
        }
        if (schedule.getKey() != null) {
            json.put("key", schedule.getKey());
        }
        if (schedule.getPayload() != null) {
            byte[] payload = new byte[schedule.getPayload().remaining()];
            schedule.getPayload().duplicate().get(payload);
            Json.parse(payload)
                    .ifPresentOrElse(
                            value -> json.set("payload", value),
                            () -> json.put("text", new String(payload, StandardCharsets.UTF_8)));
        }
        next(schedule, nowMs, json.putArray("next"));
        status.filter(last -> last.getCreatedMs() == schedule.getCreatedMs())
                .ifPresent(last -> json.set("last", last(last)));
        json.put("createdMs", schedule.getCreatedMs()).put("modifiedMs", schedule.getModifiedMs());
        return json;
    }

    private static void next(Schedule schedule, long nowMs, ArrayNode times) {
        if (schedule.getState() != ScheduleState.ENABLED) {
            return;
        }
        try {
            Timetable timetable = DueFirings.timetable(schedule);
            Optional<Instant> due = timetable.next(Instant.ofEpochMilli(Math.max(nowMs, schedule.getStartMs() - 1)));
            while (due.isPresent()
                    && times.size() < NEXT
                    && (schedule.getEndMs() == null || due.get().toEpochMilli() <= schedule.getEndMs())) {
                times.add(due.get().toString());
                due = timetable.next(due.get());
            }
        } catch (IllegalArgumentException e) {
            // Somebody wrote it on the topic by hand; it has no next times.
        }
    }

    private static ObjectNode last(ScheduleStatus status) {
        ObjectNode json = Json.object()
                .put("due", time(status.getDueMs()))
                .put("fired", time(status.getFiredMs()))
                .put("firings", status.getFirings())
                .put("missed", status.getMissed());
        if (status.getInvocationId() != null) {
            json.put("job", status.getInvocationId());
        }
        if (status.getPartition() != null) {
            json.put("partition", status.getPartition()).put("offset", status.getOffset());
        }
        if (status.getError() != null) {
            json.put("error", status.getError());
        }
        return json;
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
