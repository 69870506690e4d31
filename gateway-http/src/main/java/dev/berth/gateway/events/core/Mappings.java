package dev.berth.gateway.events.core;

import static dev.berth.gateway.events.core.Known.refuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.MappingRequest;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Triggers as Lambda's API writes and shows them: event source mappings of Kafka. */
public final class Mappings {
    private static final String KAFKA_ARN = "arn:aws[a-zA-Z-]*:kafka:[^:]*:[^:]*:cluster/.+";
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:";
    private static final String REPORT_ITEMS = "ReportBatchItemFailures";
    private static final String NOTHING_YET = "No records processed";
    private static final int BATCH_SIZE = 100;
    private static final int BATCH_WINDOW_MS = 500;
    private static final int LEAST_AGE_S = 60;
    private static final int MOST_AGE_S = 604_800;

    private Mappings() {}

    /** A new one. */
    public static Trigger create(String tenant, String uuid, MappingRequest request, Known known, long nowMs) {
        if (request.functionName() == null) {
            throw refuse("FunctionName is missing.");
        }
        checkSource(request);
        FunctionName function = known.function(request.functionName());
        Trigger trigger = Trigger.newBuilder()
                .setTenant(tenant)
                .setUuid(uuid)
                .setFunction(function.name())
                .setQualifier(function.qualifier().orElse(null))
                .setTopics(TriggerRules.topics(request.topics() == null ? List.of() : request.topics(), known))
                .setState(TriggerState.ENABLED)
                .setBatchSize(BATCH_SIZE)
                .setBatchWindowMs(BATCH_WINDOW_MS)
                .setSourceArn(request.eventSourceArn())
                .setBootstrapServers(
                        request.selfManagedEventSource() == null
                                ? List.of()
                                : request.selfManagedEventSource().servers())
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs)
                .build();
        start(trigger, request);
        return edited(trigger, request, known, nowMs);
    }

    /** A changed one; what the request does not name stays. */
    public static Trigger change(Trigger before, MappingRequest request, Known known, long nowMs) {
        Trigger trigger = Trigger.newBuilder(before).setModifiedMs(nowMs).build();
        if (request.functionName() != null) {
            FunctionName function = known.function(request.functionName());
            trigger.setFunction(function.name());
            trigger.setQualifier(function.qualifier().orElse(null));
        }
        return edited(trigger, request, known, nowMs);
    }

    /** Whether another maps the same topics to the same function, which Lambda refuses. */
    public static boolean same(Trigger one, Trigger other) {
        return one.getFunction().equals(other.getFunction())
                && Objects.equals(one.getQualifier(), other.getQualifier())
                && Set.copyOf(one.getTopics()).equals(Set.copyOf(other.getTopics()));
    }

    /**
     * Shows one.
     *
     * @param transition Creating, Updating or Deleting, in answers to what asked for that; null for how it is
     */
    public static ObjectNode show(Trigger trigger, TriggerSums sums, String transition) {
        boolean enabled = trigger.getState() == TriggerState.ENABLED;
        ObjectNode json = Json.object();
        json.put("UUID", trigger.getUuid())
                .put("EventSourceMappingArn", ARN + trigger.getUuid())
                .put("FunctionArn", functionArn(trigger))
                .put("BatchSize", trigger.getBatchSize())
                .put("MaximumBatchingWindowInSeconds", trigger.getBatchWindowMs() / 1000)
                .put("StartingPosition", trigger.getStart().name())
                .put("LastModified", trigger.getModifiedMs() / 1000.0)
                .put("State", transition != null ? transition : enabled ? "Enabled" : "Disabled")
                .put("StateTransitionReason", "USER_INITIATED")
                .put("LastProcessingResult", transition == null ? result(sums) : NOTHING_YET)
                .put("BisectBatchOnFunctionError", trigger.getBisectOnError());
        if (trigger.getStart() == StartingPosition.AT_TIMESTAMP) {
            json.put("StartingPositionTimestamp", trigger.getStartTimestampMs() / 1000.0);
        }
        trigger.getTopics().forEach(json.putArray("Topics")::add);
        if (trigger.getSourceArn() != null) {
            json.put("EventSourceArn", trigger.getSourceArn());
        } else {
            var servers = json.putObject("SelfManagedEventSource")
                    .putObject("Endpoints")
                    .putArray("KAFKA_BOOTSTRAP_SERVERS");
            trigger.getBootstrapServers().forEach(servers::add);
        }
        if (!trigger.getFilters().isEmpty()) {
            var filters = json.putObject("FilterCriteria").putArray("Filters");
            trigger.getFilters().forEach(pattern -> filters.addObject().put("Pattern", pattern));
        }
        if (trigger.getMaxRetries() != null) {
            json.put("MaximumRetryAttempts", TriggerShapes.endless(trigger.getMaxRetries()));
        }
        if (trigger.getMaxAgeMs() != null) {
            long ageMs = TriggerShapes.endless(trigger.getMaxAgeMs());
            json.put("MaximumRecordAgeInSeconds", ageMs < 0 ? -1 : ageMs / 1000);
        }
        var responses = json.putArray("FunctionResponseTypes");
        if (trigger.getReportItemFailures()) {
            responses.add(REPORT_ITEMS);
        }
        ObjectNode destinations = json.putObject("DestinationConfig");
        end(destinations, "OnSuccess", trigger.getOnSuccess());
        end(destinations, "OnFailure", trigger.getOnFailure());
        return json;
    }

    /** The ARN of the function, with its qualifier. */
    public static String functionArn(Trigger trigger) {
        return FunctionName.arn(trigger.getFunction())
                + (trigger.getQualifier() == null ? "" : ":" + trigger.getQualifier());
    }

    private static void end(ObjectNode destinations, String name, String destination) {
        if (destination != null) {
            destinations.putObject(name).put("Destination", destination);
        }
    }

    private static String result(TriggerSums sums) {
        return sums.error().map(error -> "PROBLEM: " + error).orElse(sums.done() > 0 ? "OK" : NOTHING_YET);
    }

    private static void checkSource(MappingRequest request) {
        boolean selfManaged = request.selfManagedEventSource() != null;
        if (selfManaged == (request.eventSourceArn() != null)) {
            throw refuse("Give either SelfManagedEventSource with its KAFKA_BOOTSTRAP_SERVERS, or the EventSourceArn of"
                    + " an MSK cluster. Berth reads the Kafka cluster that it runs on either way.");
        }
        if (selfManaged && request.selfManagedEventSource().servers().isEmpty()) {
            throw refuse("SelfManagedEventSource has no Endpoints.KAFKA_BOOTSTRAP_SERVERS.");
        }
        if (!selfManaged && !request.eventSourceArn().matches(KAFKA_ARN)) {
            throw refuse("EventSourceArn '" + Known.shown(request.eventSourceArn())
                    + "' is no Kafka cluster's. Berth reads Kafka only: no SQS, Kinesis, DynamoDB, MQ or DocumentDB.");
        }
    }

    private static void start(Trigger trigger, MappingRequest request) {
        String given = request.startingPosition() == null ? "" : request.startingPosition();
        switch (given) {
            case "LATEST" -> trigger.setStart(StartingPosition.LATEST);
            case "TRIM_HORIZON" -> trigger.setStart(StartingPosition.TRIM_HORIZON);
            case "AT_TIMESTAMP" -> {
                if (request.startingPositionTimestamp() == null) {
                    throw refuse("StartingPosition AT_TIMESTAMP needs a StartingPositionTimestamp.");
                }
                trigger.setStart(StartingPosition.AT_TIMESTAMP);
                trigger.setStartTimestampMs(Math.round(request.startingPositionTimestamp() * 1000));
            }
            default -> throw refuse("StartingPosition must be LATEST, TRIM_HORIZON or AT_TIMESTAMP.");
        }
    }

    private static Trigger edited(Trigger trigger, MappingRequest request, Known known, long nowMs) {
        if (request.enabled() != null) {
            trigger.setState(request.enabled() ? TriggerState.ENABLED : TriggerState.DISABLED);
        }
        if (request.patterns() != null) {
            trigger.setFilters(TriggerRules.filters(request.patterns()));
        }
        if (request.batchSize() != null) {
            trigger.setBatchSize(within("BatchSize", request.batchSize(), 1, TriggerRules.MOST_RECORDS));
        }
        if (request.maximumBatchingWindowInSeconds() != null) {
            trigger.setBatchWindowMs(1000
                    * within(
                            "MaximumBatchingWindowInSeconds",
                            request.maximumBatchingWindowInSeconds(),
                            0,
                            TriggerRules.MOST_WINDOW_MS / 1000));
        }
        if (request.bisectBatchOnFunctionError() != null) {
            trigger.setBisectOnError(request.bisectBatchOnFunctionError());
        }
        if (request.maximumRetryAttempts() != null) {
            int retries = within("MaximumRetryAttempts", request.maximumRetryAttempts(), -1, TriggerRules.MOST_RETRIES);
            trigger.setMaxRetries(retries < 0 ? TriggerRules.ENDLESS_RETRIES : retries);
        }
        if (request.maximumRecordAgeInSeconds() != null) {
            trigger.setMaxAgeMs(ageMs(request.maximumRecordAgeInSeconds()));
        }
        if (request.functionResponseTypes() != null) {
            if (!List.of(REPORT_ITEMS).containsAll(request.functionResponseTypes())) {
                throw refuse("FunctionResponseTypes may hold " + REPORT_ITEMS + " only.");
            }
            trigger.setReportItemFailures(!request.functionResponseTypes().isEmpty());
        }
        destinations(trigger, request.destinationConfig(), known);
        TriggerRules.check(trigger, nowMs);
        return trigger;
    }

    private static void destinations(Trigger trigger, JsonNode config, Known known) {
        if (config == null || config.isNull()) {
            return;
        }
        if (config.has("OnSuccess")) {
            trigger.setOnSuccess(destination(trigger, config, "OnSuccess", known));
        }
        if (config.has("OnFailure")) {
            trigger.setOnFailure(destination(trigger, config, "OnFailure", known));
        }
    }

    private static String destination(Trigger trigger, JsonNode config, String field, Known known) {
        String given = config.path(field).path("Destination").asText("");
        return given.isEmpty()
                ? null
                : known.destination(trigger.getFunction(), "DestinationConfig." + field + ".Destination", given);
    }

    private static long ageMs(int seconds) {
        if (seconds != -1 && (seconds < LEAST_AGE_S || seconds > MOST_AGE_S)) {
            throw refuse("MaximumRecordAgeInSeconds is " + seconds + "; it must be -1 (without end) or from "
                    + LEAST_AGE_S + " to " + MOST_AGE_S + ".");
        }
        return seconds < 0 ? TriggerRules.ENDLESS_AGE_MS : seconds * 1000L;
    }

    private static int within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw refuse(field + " is " + value + "; it must be from " + least + " to " + most + ".");
        }
        return value;
    }
}
