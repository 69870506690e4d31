package dev.berth.gateway.logs.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.util.Locale;

/** The last line of an invocation's log, as Lambda's REPORT line. */
public final class Report {
    private Report() {}

    /** Of an invocation that has ended; its last attempt counts. What did not happen is left out. */
    public static ObjectNode of(Outcome outcome) {
        Result result = outcome.getResult();
        Timings timings = result.getTimings();
        ObjectNode report = Json.object()
                .put("invocationId", outcome.getInvocationId())
                .put("status", outcome.getStatus().name().toLowerCase(Locale.ROOT))
                .put("attempts", outcome.getAttempts().size());
        if (outcome.getReplayOf() != null) {
            report.put("replayOf", outcome.getReplayOf());
        }
        if (timings.getStartedUs() > 0) {
            report.put("durationUs", Math.max(0, timings.getEndedUs() - timings.getStartedUs()));
        }
        if (timings.getInitUs() > 0) {
            report.put("initUs", timings.getInitUs());
        }
        if (result.getErrorType() != null) {
            report.put("errorType", result.getErrorType());
        }
        ObjectNode line = Json.object().put("atUs", outcome.getCompletedUs());
        line.set("report", report);
        return line;
    }
}
