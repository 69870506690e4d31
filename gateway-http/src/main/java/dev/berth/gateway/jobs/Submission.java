package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.jobs.core.IdempotencyKey;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.JobRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of an invocation from its submission on: all but its payload and how it ended.
 *
 * @param asynchronous nobody waits for it, so it is listed as a job
 * @param submittedMs epoch milliseconds
 * @param notBeforeMs epoch milliseconds before which it does not run; 0 for at once
 * @param deadlineMs epoch milliseconds; 0 for none
 * @param partitions of the invocations topic in which it was seen: one, or two if the router moved it
 * @param fingerprint of what was submitted under an idempotency key; empty without one
 * @param flight how far its router is with it; empty if that is not known, or if it has ended
 */
public record Submission(
        String id,
        String tenant,
        String function,
        Optional<String> qualifier,
        Optional<String> routingValue,
        String origin,
        boolean asynchronous,
        long submittedMs,
        long notBeforeMs,
        int priority,
        long deadlineMs,
        List<Integer> partitions,
        String fingerprint,
        Optional<Flight> flight) {

    static Submission of(Invocation invocation, long submittedMs, int partition) {
        return new Submission(
                invocation.getId(),
                invocation.getTenant(),
                invocation.getFunction(),
                Optional.ofNullable(invocation.getQualifier()),
                Optional.ofNullable(invocation.getRoutingValue()),
                invocation.getOrigin(),
                invocation.getReplyTo() == null,
                submittedMs,
                invocation.getNotBeforeMs() == null ? 0 : invocation.getNotBeforeMs(),
                invocation.getPriority(),
                invocation.getDeadlineMs() == null ? 0 : invocation.getDeadlineMs(),
                List.of(partition),
                IdempotencyKey.fingerprintIfMade(invocation),
                Optional.empty());
    }

    /** As the view has it. */
    static Submission of(JobRecord job) {
        return new Submission(
                job.getId(),
                job.getTenant(),
                job.getFunction(),
                Optional.ofNullable(job.getQualifier()),
                Optional.ofNullable(job.getRoutingValue()),
                job.getOrigin(),
                job.getAsynchronous(),
                job.getSubmittedMs(),
                job.getNotBeforeMs(),
                job.getPriority(),
                job.getDeadlineMs(),
                List.of(job.getPartition()),
                job.getFingerprint(),
                Optional.ofNullable(job.getFlight()).map(Flight::of));
    }

    /**
     * With what another partition knows of it: the router had moved it. The first to have it counts, but how far it is is known where
     * it lies now.
     */
    Submission and(Submission other) {
        List<Integer> all = new ArrayList<>(partitions);
        other.partitions.stream().filter(each -> !all.contains(each)).forEach(all::add);
        Submission first = other.submittedMs < submittedMs ? other : this;
        return new Submission(
                id,
                tenant,
                function,
                first.qualifier,
                first.routingValue,
                first.origin,
                first.asynchronous,
                first.submittedMs,
                first.notBeforeMs,
                first.priority,
                first.deadlineMs,
                List.copyOf(all),
                first.fingerprint,
                other.flight.or(() -> flight));
    }

    byte[] toBytes() {
        ObjectNode json = Json.object().put("id", id).put("tenant", tenant).put("function", function);
        qualifier.ifPresent(value -> json.put("qualifier", value));
        routingValue.ifPresent(value -> json.put("key", value));
        if (notBeforeMs > 0) {
            json.put("notBeforeMs", notBeforeMs);
        }
        if (priority != 0) {
            json.put("priority", priority);
        }
        if (deadlineMs > 0) {
            json.put("deadlineMs", deadlineMs);
        }
        if (!fingerprint.isEmpty()) {
            json.put("fingerprint", fingerprint);
        }
        flight.ifPresent(far -> json.set("flight", far.json()));
        var seen = json.putArray("partitions");
        partitions.forEach(seen::add);
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
                json.get("submittedMs").asLong(),
                json.path("notBeforeMs").asLong(0),
                json.path("priority").asInt(0),
                json.path("deadlineMs").asLong(0),
                seenIn(json),
                json.path("fingerprint").asText(""),
                Optional.ofNullable(json.get("flight")).map(Flight::of));
    }

    private static List<Integer> seenIn(ObjectNode json) {
        List<Integer> partitions = new ArrayList<>();
        json.path("partitions").forEach(each -> partitions.add(each.asInt()));
        return List.copyOf(partitions);
    }
}
