package dev.berth.gateway.events.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import java.time.Instant;
import java.util.Locale;

/** Triggers as Berth's own resource shows them: each field as it can be sent. */
public final class TriggerShapes {
    private TriggerShapes() {}

    /** One; without its status. */
    public static ObjectNode of(Trigger trigger) {
        ObjectNode json = Json.object();
        json.put("id", trigger.getUuid())
                .put("tenant", trigger.getTenant())
                .put(
                        "function",
                        trigger.getFunction() + (trigger.getQualifier() == null ? "" : ":" + trigger.getQualifier()));
        trigger.getTopics().forEach(json.putArray("topics")::add);
        json.put("enabled", trigger.getState() == TriggerState.ENABLED)
                .put("start", start(trigger))
                .put("routing", TriggerRules.routing(trigger))
                .put("event", trigger.getShape().name().toLowerCase(Locale.ROOT))
                .put("format", trigger.getValueFormat().name().toLowerCase(Locale.ROOT));
        trigger.getFilters().forEach(json.putArray("filters")::add);
        json.put("batchSize", trigger.getBatchSize())
                .put("batchBytes", trigger.getBatchBytes())
                .put("batchWindowMs", trigger.getBatchWindowMs())
                .put("maxInFlight", trigger.getMaxInFlight())
                .put("maxRetries", endless(trigger.getMaxRetries()))
                .put("maxAgeMs", endless(trigger.getMaxAgeMs()))
                .put("bisectOnError", trigger.getBisectOnError())
                .put("reportItemFailures", trigger.getReportItemFailures())
                .put("onSuccess", trigger.getOnSuccess())
                .put("onFailure", trigger.getOnFailure())
                .put("createdMs", trigger.getCreatedMs())
                .put("modifiedMs", trigger.getModifiedMs());
        return json;
    }

    private static String start(Trigger trigger) {
        if (trigger.getStart() == StartingPosition.AT_TIMESTAMP) {
            return Instant.ofEpochMilli(trigger.getStartTimestampMs()).toString();
        }
        return trigger.getStart() == StartingPosition.LATEST ? "latest" : "earliest";
    }

    /** What is without end is -1, as in Lambda. */
    static Integer endless(Integer retries) {
        return retries != null && retries >= TriggerRules.ENDLESS_RETRIES ? Integer.valueOf(-1) : retries;
    }

    static Long endless(Long ageMs) {
        return ageMs != null && ageMs >= TriggerRules.ENDLESS_AGE_MS ? Long.valueOf(-1) : ageMs;
    }
}
