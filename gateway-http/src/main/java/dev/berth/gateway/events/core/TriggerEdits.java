package dev.berth.gateway.events.core;

import static dev.berth.gateway.events.core.Known.refuse;

import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.schemas.EventShape;
import dev.berth.schemas.Limits;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.ValueFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Triggers as Berth's own resource writes them: {@code (trigger, fields, now) -> trigger}, or a refusal. */
public final class TriggerEdits {
    private static final List<String> FIELDS = List.of(
            "function",
            "topics",
            "enabled",
            "start",
            "routing",
            "event",
            "format",
            "filters",
            "batchSize",
            "batchBytes",
            "batchWindowMs",
            "maxInFlight",
            "maxRetries",
            "maxAgeMs",
            "bisectOnError",
            "reportItemFailures",
            "onSuccess",
            "onFailure");
    private static final int MOST_IN_FLIGHT = 100_000;
    private static final int LEAST_BATCH_BYTES = 1_000;

    private TriggerEdits() {}

    /** The fields of a body. */
    public static RequestFields fields(byte[] body) {
        return RequestFields.parse(body, "A trigger", FIELDS);
    }

    /** A new one. */
    public static Trigger create(String tenant, String uuid, RequestFields fields, Known known, long nowMs) {
        FunctionName function = known.function(fields.text("function")
                .orElseThrow(() -> refuse("A trigger needs a function: the name of one that is deployed.")));
        Trigger trigger = Trigger.newBuilder()
                .setTenant(tenant)
                .setUuid(uuid)
                .setFunction(function.name())
                .setQualifier(function.qualifier().orElse(null))
                .setTopics(TriggerRules.topics(fields.texts("topics").orElse(List.of()), known))
                .setState(TriggerState.ENABLED)
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs)
                .build();
        fields.text("start").ifPresent(start -> start(trigger, start));
        return edited(trigger, fields, known, nowMs);
    }

    /** A changed one; what is not named stays. */
    public static Trigger change(Trigger before, RequestFields fields, Known known, long nowMs) {
        for (String fixed : List.of("topics", "start")) {
            if (fields.has(fixed)) {
                throw refuse("A trigger's " + fixed + " cannot be changed, since it has read already. Delete it and"
                        + " create another.");
            }
        }
        Trigger trigger = Trigger.newBuilder(before).setModifiedMs(nowMs).build();
        fields.text("function").map(known::function).ifPresent(function -> {
            trigger.setFunction(function.name());
            trigger.setQualifier(function.qualifier().orElse(null));
        });
        return edited(trigger, fields, known, nowMs);
    }

    /** The same, running or paused. */
    public static Trigger enabled(Trigger before, boolean enabled, long nowMs) {
        return Trigger.newBuilder(before)
                .setState(enabled ? TriggerState.ENABLED : TriggerState.DISABLED)
                .setModifiedMs(nowMs)
                .build();
    }

    private static Trigger edited(Trigger trigger, RequestFields fields, Known known, long nowMs) {
        fields.flag("enabled")
                .ifPresent(enabled -> trigger.setState(enabled ? TriggerState.ENABLED : TriggerState.DISABLED));
        fields.text("routing").ifPresent(routing -> TriggerRules.route(trigger, routing));
        fields.text("event").ifPresent(event -> trigger.setShape(named(EventShape.class, "event", event)));
        fields.text("format").ifPresent(format -> trigger.setValueFormat(named(ValueFormat.class, "format", format)));
        fields.jsonTexts("filters").ifPresent(filters -> trigger.setFilters(TriggerRules.filters(filters)));
        number(fields, "batchSize", 1, TriggerRules.MOST_RECORDS, trigger::setBatchSize);
        number(fields, "batchBytes", LEAST_BATCH_BYTES, Limits.ASYNC_PAYLOAD_BYTES, trigger::setBatchBytes);
        number(fields, "batchWindowMs", 0, TriggerRules.MOST_WINDOW_MS, trigger::setBatchWindowMs);
        fields.flag("bisectOnError").ifPresent(trigger::setBisectOnError);
        fields.flag("reportItemFailures").ifPresent(trigger::setReportItemFailures);
        if (fields.has("maxInFlight")) {
            trigger.setMaxInFlight(null);
            number(fields, "maxInFlight", 1, MOST_IN_FLIGHT, trigger::setMaxInFlight);
        }
        if (fields.has("maxRetries")) {
            trigger.setMaxRetries(null);
            number(
                    fields,
                    "maxRetries",
                    -1,
                    TriggerRules.MOST_RETRIES,
                    retries -> trigger.setMaxRetries(retries < 0 ? TriggerRules.ENDLESS_RETRIES : retries));
        }
        if (fields.has("maxAgeMs")) {
            trigger.setMaxAgeMs(null);
            fields.number("maxAgeMs", -1, TriggerRules.ENDLESS_AGE_MS)
                    .ifPresent(age -> trigger.setMaxAgeMs(age < 0 ? TriggerRules.ENDLESS_AGE_MS : age));
        }
        if (fields.has("onSuccess")) {
            trigger.setOnSuccess(destination(trigger, fields, "onSuccess", known));
        }
        if (fields.has("onFailure")) {
            trigger.setOnFailure(destination(trigger, fields, "onFailure", known));
        }
        TriggerRules.check(trigger, nowMs);
        return trigger;
    }

    private static String destination(Trigger trigger, RequestFields fields, String field, Known known) {
        return fields.text(field)
                .filter(given -> !given.isEmpty())
                .map(given -> known.destination(trigger.getFunction(), field, given))
                .orElse(null);
    }

    private static void number(RequestFields fields, String field, int least, int most, Consumer<Integer> set) {
        fields.number(field, least, most).ifPresent(value -> set.accept((int) value));
    }

    private static void start(Trigger trigger, String given) {
        switch (given.toLowerCase(Locale.ROOT)) {
            case "latest" -> trigger.setStart(StartingPosition.LATEST);
            case "earliest" -> trigger.setStart(StartingPosition.TRIM_HORIZON);
            default -> {
                trigger.setStart(StartingPosition.AT_TIMESTAMP);
                trigger.setStartTimestampMs(moment(given));
            }
        }
    }

    private static long moment(String given) {
        try {
            return given.matches("\\d{1,15}")
                    ? Long.parseLong(given)
                    : Instant.parse(given).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw refuse("start '" + Known.shown(given)
                    + "' is none. Give latest, earliest, or a time such as 2026-01-31T12:00:00Z.");
        }
    }

    private static <E extends Enum<E>> E named(Class<E> type, String field, String given) {
        for (E each : type.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(given)) {
                return each;
            }
        }
        throw refuse(field + " '" + Known.shown(given) + "' is none. Give one of "
                + String.join(
                        ", ",
                        List.of(type.getEnumConstants()).stream()
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .toList())
                + ".");
    }
}
