package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Invocation;
import java.util.Optional;

/**
 * What is remembered of an invocation from its submission on: all but its payload.
 *
 * @param asynchronous nobody waits for it, so it is listed as a job
 * @param submittedMs epoch milliseconds
 */
public record Submission(
        String id,
        String tenant,
        String function,
        Optional<String> qualifier,
        Optional<String> routingValue,
        String origin,
        boolean asynchronous,
        long submittedMs) {

    static Submission of(Invocation invocation, long submittedMs) {
        return new Submission(
                invocation.getId(),
                invocation.getTenant(),
                invocation.getFunction(),
                Optional.ofNullable(invocation.getQualifier()),
                Optional.ofNullable(invocation.getRoutingValue()),
                invocation.getOrigin(),
                invocation.getReplyTo() == null,
                submittedMs);
    }

    byte[] toBytes() {
        ObjectNode json = Json.object().put("id", id).put("tenant", tenant).put("function", function);
        qualifier.ifPresent(value -> json.put("qualifier", value));
        routingValue.ifPresent(value -> json.put("key", value));
        return Json.bytes(
                json.put("origin", origin).put("asynchronous", asynchronous).put("submittedMs", submittedMs));
    }

    static Submission fromBytes(byte[] bytes) {
        ObjectNode json = Json.parseObject(bytes);
        return new Submission(
                json.get("id").asText(),
                json.get("tenant").asText(),
                json.get("function").asText(),
                Optional.ofNullable(json.get("qualifier")).map(JsonNode::asText),
                Optional.ofNullable(json.get("key")).map(JsonNode::asText),
                json.get("origin").asText(),
                json.get("asynchronous").asBoolean(),
                json.get("submittedMs").asLong());
    }
}
