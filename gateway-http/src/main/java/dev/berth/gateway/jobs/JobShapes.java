package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.lambda.core.InvokeAnswer;
import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Jobs as JSON. */
final class JobShapes {
    static final List<String> STATUSES = List.of(
            "queued",
            "delayed",
            "dispatched",
            "running",
            "succeeded",
            "failed",
            "cancelled",
            "timed-out",
            "rejected",
            "dead-lettered");

    private JobShapes() {}

    /** A job in a list: without its result. */
    static ObjectNode summary(JobView.Job job) {
        Submission submission = job.submission();
        ObjectNode json = Json.object()
                .put("id", submission.id())
                .put("status", status(job, System.currentTimeMillis()))
                .put("tenant", submission.tenant())
                .put("function", submission.function())
                .put("qualifier", submission.qualifier().orElse(null))
                .put("key", submission.routingValue().orElse(null))
                .put("origin", submission.origin())
                .put("submittedMs", submission.submittedMs());
        if (submission.notBeforeMs() > 0) {
            json.put("notBeforeMs", submission.notBeforeMs());
        }
        if (submission.priority() != 0) {
            json.put("priority", submission.priority());
        }
        if (submission.deadlineMs() > 0) {
            json.put("deadlineMs", submission.deadlineMs());
        }
        if (job.outcome().isEmpty()) {
            submission.flight().ifPresent(flight -> {
                json.put("attempt", flight.attempt());
                flight.instanceId().ifPresent(id -> json.put("instanceId", id));
                flight.containerId().ifPresent(id -> json.put("containerId", id));
            });
            job.running()
                    .ifPresent(event ->
                            json.put("instanceId", event.getInstanceId()).put("containerId", event.getContainerId()));
        }
        job.outcome().ifPresent(outcome -> {
            json.put("completedMs", outcome.getCompletedUs() / 1000);
            json.put("attemptCount", outcome.getAttempts().size());
            if (outcome.getResult().getErrorType() != null) {
                json.put("errorType", outcome.getResult().getErrorType());
            }
        });
        return json;
    }

    /** All of a job. */
    static ObjectNode whole(JobView.Job job) {
        ObjectNode json = summary(job);
        job.outcome()
                .ifPresentOrElse(
                        outcome -> outcome(json, outcome),
                        () -> job.submission().flight().ifPresent(flight -> json.set("attempts", flight.past())));
        return json;
    }

    /** The word for how far a job is; {@link #STATUSES} are all there are. */
    static String status(JobView.Job job, long nowMs) {
        return job.outcome().map(outcome -> word(outcome.getStatus())).orElseGet(() -> open(job, nowMs));
    }

    private static String open(JobView.Job job, long nowMs) {
        Optional<Flight> flight = job.submission().flight();
        boolean sent = flight.flatMap(Flight::instanceId).isPresent();
        // What a container said holds until its router says that the job is not there any more.
        if (job.running().isPresent() && (sent || flight.isEmpty())) {
            return "running";
        }
        if (sent) {
            return "dispatched";
        }
        long notBeforeMs = Math.max(
                job.submission().notBeforeMs(), flight.map(Flight::notBeforeMs).orElse(0L));
        return notBeforeMs > nowMs ? "delayed" : "queued";
    }

    private static String word(OutcomeStatus status) {
        return switch (status) {
            case UNKNOWN, SUCCEEDED, FAILED, TIMED_OUT, REJECTED, CANCELLED, DEAD_LETTERED ->
                status.name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    private static void outcome(ObjectNode json, Outcome outcome) {
        Result result = outcome.getResult();
        byte[] payload = InvokeAnswer.payload(result.getPayload());
        if (result.getPayload() != null) {
            Json.parse(payload)
                    .ifPresentOrElse(
                            value -> json.set("result", value),
                            () -> json.put("resultBase64", Base64.getEncoder().encodeToString(payload)));
        }
        if (result.getErrorType() != null || result.getErrorMessage() != null) {
            json.putObject("error").put("type", result.getErrorType()).put("message", result.getErrorMessage());
        }
        json.put("attempt", result.getAttempt())
                .put("instanceId", result.getInstanceId())
                .put("containerId", result.getContainerId())
                .put(
                        "reuse",
                        result.getReuse() == null
                                ? null
                                : result.getReuse().name().toLowerCase(Locale.ROOT))
                .put("functionVersion", result.getFunctionVersion())
                .put("revision", result.getRevision())
                .put("logTail", result.getLogTail());
        json.set("timings", Json.tree(InvokeAnswer.timings(result.getTimings(), 0)));
        json.set("attempts", attempts(outcome.getAttempts()));
    }

    static ArrayNode attempts(List<AttemptSummary> ended) {
        ArrayNode attempts = Json.object().arrayNode();
        for (AttemptSummary attempt : ended) {
            attempts.addObject()
                    .put("attempt", attempt.getAttempt())
                    .put("instanceId", attempt.getInstanceId())
                    .put("containerId", attempt.getContainerId())
                    .put("status", attempt.getStatus().name().toLowerCase(Locale.ROOT))
                    .put("errorType", attempt.getErrorType())
                    .put("endedUs", attempt.getEndedUs());
        }
        return attempts;
    }
}
