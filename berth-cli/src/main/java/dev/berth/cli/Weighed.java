package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What decisions looked at, as tables. */
final class Weighed {
    /** What a lower score means depends on the step. */
    private static final Map<String, String> UNITS = Map.of("wait", "wait in ms");

    private Weighed() {}

    /** The tables of an explanation, one for each decision in it. */
    static List<String> lines(JsonNode answer, int columns) {
        List<String> lines = new ArrayList<>();
        if (answer.has("decision")) {
            add(lines, "", answer.path("decision"), columns);
        }
        for (JsonNode attempt : answer.path("attempts")) {
            JsonNode decision = attempt.path("dispatch").path("decision");
            if (decision.isObject()) {
                add(lines, "attempt " + attempt.path("attempt").asInt() + ": ", decision, columns);
            }
        }
        return lines;
    }

    private static void add(List<String> lines, String attempt, JsonNode decision, int columns) {
        String reason = decision.path("reason").asText();
        JsonNode key = decision.path("key");
        lines.add("");
        lines.add(attempt + reason + ", expected wait " + ms(decision.path("waitMs")) + ", cold start "
                + ms(key.path("coldMs")) + ", service " + ms(key.path("serviceMs")) + ", mean load "
                + Figures.fixed(decision.path("meanInFlight").asDouble(), 1));
        Table table = new Table(
                "instance",
                UNITS.getOrDefault(reason, "score"),
                "in flight",
                "slots",
                "free",
                "idle",
                "of the key",
                "busy",
                "idle of the function",
                "");
        List<String> scored = new ArrayList<>();
        for (JsonNode candidate : decision.path("candidates")) {
            String instance = candidate.path("instanceId").asText();
            scored.add(instance);
            row(table, decision, instance, Figures.fixed(candidate.path("score").asDouble(), 3), scored.size() == 1);
        }
        for (JsonNode seen : decision.path("instances")) {
            String instance = seen.path("instanceId").asText();
            if (!scored.contains(instance)) {
                row(table, decision, instance, null, false);
            }
        }
        lines.addAll(table.lines(columns));
    }

    private static void row(Table table, JsonNode decision, String instance, String score, boolean chosen) {
        JsonNode seen = of(decision.path("instances"), instance);
        JsonNode replica = of(decision.path("key").path("replicas"), instance);
        boolean pin = decision.path("key").path("pinInstanceId").asText().equals(instance);
        table.row(
                instance,
                score,
                seen.path("inFlight").asText(),
                seen.path("slots").asText(),
                mb(seen.path("freeMb")),
                mb(seen.path("idleMb")),
                replica.path("containers").asText("0"),
                Math.min(
                        replica.path("containers").asInt(),
                        replica.path("inFlight").asInt()),
                seen.path("functionIdle").asText(),
                chosen && pin ? "chosen, the pin" : chosen ? "chosen" : pin ? "the pin" : null);
    }

    private static JsonNode of(JsonNode rows, String instance) {
        for (JsonNode row : rows) {
            if (row.path("instanceId").asText().equals(instance)) {
                return row;
            }
        }
        return rows.path(-1);
    }

    private static String mb(JsonNode value) {
        return value.isMissingNode() ? null : Math.round(value.asDouble()) + " MB";
    }

    private static String ms(JsonNode value) {
        double ms = value.asDouble(-1);
        return ms < 0 ? "not known" : Figures.fixed(ms, 1) + " ms";
    }
}
