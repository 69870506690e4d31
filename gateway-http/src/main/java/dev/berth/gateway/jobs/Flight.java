package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.JobFlight;
import java.util.Optional;

/**
 * How far a router is with a job that has not ended.
 *
 * @param attempt 0 before the first
 * @param instanceId whom it was sent to; empty while it waits for a place or a time
 * @param containerId the one that it was sent to, if the router chose one
 * @param notBeforeMs epoch milliseconds before which it is not tried; 0 for at once
 * @param past the attempts that have ended, as they are shown
 */
record Flight(
        int attempt, Optional<String> instanceId, Optional<String> containerId, long notBeforeMs, ArrayNode past) {

    static Flight of(JobFlight flight) {
        return new Flight(
                flight.getAttempt(),
                Optional.ofNullable(flight.getInstanceId()),
                Optional.ofNullable(flight.getContainerId()),
                flight.getNotBeforeMs(),
                JobShapes.attempts(flight.getPast()));
    }

    /** From its own JSON. */
    static Flight of(JsonNode json) {
        return new Flight(
                json.path("attempt").asInt(),
                Optional.ofNullable(json.get("instanceId")).map(JsonNode::asText),
                Optional.ofNullable(json.get("containerId")).map(JsonNode::asText),
                json.path("notBeforeMs").asLong(),
                (ArrayNode) json.get("past"));
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("attempt", attempt).put("notBeforeMs", notBeforeMs);
        instanceId.ifPresent(id -> json.put("instanceId", id));
        containerId.ifPresent(id -> json.put("containerId", id));
        json.set("past", past);
        return json;
    }
}
