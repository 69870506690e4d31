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
import java.util.Locale;

/** Jobs as JSON. */
final class JobShapes {
    private JobShapes() {}

    /** A job in a list: without its result. */
    static ObjectNode summary(JobView.Job job) {
        Submission submission = job.submission();
        ObjectNode json = Json.object()
                .put("id", submission.id())
                .put("status", status(job))
                .put("tenant", submission.tenant())
                .put("function", submission.function())
                .put("qualifier", submission.qualifier().orElse(null))
                .put("key", submission.routingValue().orElse(null))
                .put("origin", submission.origin())
                .put("submittedMs", submission.submittedMs());
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
        job.outcome().ifPresent(outcome -> outcome(json, outcome));
        return json;
    }

    static String status(JobView.Job job) {
        return job.outcome().map(outcome -> word(outcome.getStatus())).orElse("queued");
    }

    private static String word(OutcomeStatus status) {
        return switch (status) {
            case DEAD_LETTERED -> "dead-lettered";
            case UNKNOWN, SUCCEEDED, FAILED, TIMED_OUT, REJECTED, CANCELLED ->
                status.name().toLowerCase(Locale.ROOT);
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
        ArrayNode attempts = json.putArray("attempts");
        for (AttemptSummary attempt : outcome.getAttempts()) {
            attempts.addObject()
                    .put("attempt", attempt.getAttempt())
                    .put("instanceId", attempt.getInstanceId())
                    .put("containerId", attempt.getContainerId())
                    .put("status", attempt.getStatus().name().toLowerCase(Locale.ROOT))
                    .put("errorType", attempt.getErrorType())
                    .put("endedUs", attempt.getEndedUs());
        }
    }
}
