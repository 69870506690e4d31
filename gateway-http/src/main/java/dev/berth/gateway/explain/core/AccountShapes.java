package dev.berth.gateway.explain.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.lambda.core.InvokeAnswer;
import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import java.util.Locale;

/** What is known of an invocation, as JSON. */
public final class AccountShapes {
    private AccountShapes() {}

    /**
     * All of it, with the words.
     *
     * @param cut whether the log was longer than could be looked through
     */
    public static ObjectNode whole(Account account, boolean cut) {
        ObjectNode json = Json.object()
                .put("id", account.id())
                .put("tenant", account.tenant())
                .put("function", account.subject().function())
                .put("key", account.subject().key())
                .put("publishedMs", account.publishedMs());
        json.set("outcome", account.outcome().map(AccountShapes::outcome).orElse(null));
        ArrayNode attempts = json.putArray("attempts");
        account.attempts().forEach(attempt -> attempts.add(attempt(attempt)));
        ArrayNode text = json.putArray("text");
        Words.of(account).forEach(text::add);
        if (cut) {
            text.add(
                    "The decision log was too long to be looked through to its end: there may be more than is told here.");
        }
        return json.put("cut", cut);
    }

    private static ObjectNode outcome(Outcome outcome) {
        Result result = outcome.getResult();
        ObjectNode json = Json.object()
                .put("status", word(outcome.getStatus()))
                .put("errorType", result.getErrorType())
                .put("errorMessage", result.getErrorMessage())
                .put("attempts", outcome.getAttempts().size())
                .put("origin", outcome.getOrigin())
                .put("replayOf", outcome.getReplayOf())
                .put("parent", outcome.getParent())
                .put("completedUs", outcome.getCompletedUs());
        return json;
    }

    private static ObjectNode attempt(Account.Attempt attempt) {
        ObjectNode json = Json.object().put("attempt", attempt.number()).put("resent", attempt.resent());
        json.set("dispatch", attempt.dispatch().map(AccountShapes::dispatch).orElse(null));
        json.set(
                "result",
                attempt.result()
                        .map(AccountShapes::result)
                        .or(() -> attempt.summary().map(AccountShapes::summary))
                        .orElse(null));
        return json;
    }

    private static ObjectNode dispatch(Dispatch dispatch) {
        ObjectNode json = Json.object()
                .put("instance", dispatch.getInstanceId())
                .put("epoch", dispatch.getEpoch())
                .put("container", dispatch.getContainerId())
                .put("version", dispatch.getFunctionVersion())
                .put("revision", dispatch.getRevision())
                .put("reason", dispatch.getDecision().getReason())
                .put("fresh", dispatch.getFresh())
                .put("strict", dispatch.getStrict())
                .put("spilled", dispatch.getSpilled())
                .put("replaced", dispatch.getReplaced())
                .put("primary", dispatch.getPrimary())
                .put("waitUntilMs", dispatch.getWaitUntilMs())
                .put("routedUs", dispatch.getRoutedUs());
        if (dispatch.getSuccessor() != null) {
            json.putObject("successor")
                    .put("version", dispatch.getSuccessor().getFunctionVersion())
                    .put("revision", dispatch.getSuccessor().getRevision());
        }
        json.set("decision", PlainJson.of(dispatch.getDecision()));
        return json;
    }

    private static ObjectNode summary(AttemptSummary summary) {
        return Json.object()
                .put("status", word(summary.getStatus()))
                .put("instance", summary.getInstanceId())
                .put("container", summary.getContainerId())
                .put("errorType", summary.getErrorType())
                .put("endedUs", summary.getEndedUs());
    }

    private static ObjectNode result(Result result) {
        ObjectNode json = Json.object()
                .put("status", word(result.getStatus()))
                .put("instance", result.getInstanceId())
                .put("container", result.getContainerId())
                .put("reuse", result.getReuse() == null ? null : word(result.getReuse()))
                .put("firstOfKey", result.getFirstOfKey())
                .put("version", result.getFunctionVersion())
                .put("revision", result.getRevision())
                .put("errorType", result.getErrorType())
                .put("errorMessage", result.getErrorMessage());
        json.set("timings", Json.tree(InvokeAnswer.timings(result.getTimings(), 0)));
        return json;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
