package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CreateEventSourceMapping or UpdateEventSourceMapping, as JSON names their fields with a capital first; what was not given is null.
 *
 * @param startingPositionTimestamp seconds of the epoch
 */
public record MappingRequest(
        String functionName,
        String eventSourceArn,
        SelfManaged selfManagedEventSource,
        List<String> topics,
        String startingPosition,
        Double startingPositionTimestamp,
        Integer batchSize,
        Integer maximumBatchingWindowInSeconds,
        FilterCriteria filterCriteria,
        Boolean enabled,
        Boolean bisectBatchOnFunctionError,
        Integer maximumRetryAttempts,
        Integer maximumRecordAgeInSeconds,
        List<String> functionResponseTypes,
        JsonNode destinationConfig) {

    private static final Map<String, String> UNSUPPORTED = new LinkedHashMap<>();

    static {
        UNSUPPORTED.put(
                "SourceAccessConfigurations",
                "Berth reads Kafka with the credentials of its own configuration; leave it out");
        UNSUPPORTED.put("SelfManagedKafkaEventSourceConfig", "Berth names the consumer groups of its triggers itself");
        UNSUPPORTED.put(
                "AmazonManagedKafkaEventSourceConfig", "Berth names the consumer groups of its triggers itself");
        UNSUPPORTED.put("ParallelizationFactor", "it is for streams of Kinesis and DynamoDB");
        UNSUPPORTED.put("TumblingWindowInSeconds", "it is for streams of Kinesis and DynamoDB");
        UNSUPPORTED.put("Queues", "Berth reads Kafka only");
        UNSUPPORTED.put("ScalingConfig", "it is for SQS; see maxInFlight of POST /triggers");
        UNSUPPORTED.put("DocumentDBEventSourceConfig", "Berth reads Kafka only");
        UNSUPPORTED.put("KMSKeyArn", "filters are kept as they are");
        UNSUPPORTED.put("MetricsConfig", "GET /triggers/UUID has the figures");
        UNSUPPORTED.put("LoggingConfig", "the log of the component of triggers is one");
        UNSUPPORTED.put("Tags", "Berth keeps tags of functions only");
    }

    /** Where Kafka is. */
    public record SelfManaged(Map<String, List<String>> endpoints) {
        /** The addresses given. */
        public List<String> servers() {
            return endpoints == null ? List.of() : endpoints.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", List.of());
        }
    }

    /** Patterns, of which a record must match one. */
    public record FilterCriteria(List<Filter> filters) {}

    /** One of them, as the text of JSON. */
    public record Filter(String pattern) {}

    /**
     * Reads a body.
     *
     * @throws ApiException if it is none, or asks for what Berth does not have
     */
    public static MappingRequest parse(byte[] body) {
        MappingRequest request = Json.lambda(body, MappingRequest.class);
        ObjectNode fields = Json.parseObject(body);
        UNSUPPORTED.forEach((field, why) -> {
            JsonNode value = fields.path(field);
            boolean empty = value.isMissingNode()
                    || value.isNull()
                    || (value.isContainerNode() && value.isEmpty())
                    || (value.isNumber() && value.asInt() == 0);
            if (!empty) {
                throw ApiError.invalidParameter("Berth does not support " + field + ": " + why + ".")
                        .exception();
            }
        });
        return request;
    }

    /** The patterns; null if none were named, and empty if they are taken away. */
    public List<String> patterns() {
        if (filterCriteria == null) {
            return null;
        }
        return filterCriteria.filters() == null
                ? List.of()
                : filterCriteria.filters().stream()
                        .map(filter -> filter == null || filter.pattern() == null ? "" : filter.pattern())
                        .toList();
    }
}
