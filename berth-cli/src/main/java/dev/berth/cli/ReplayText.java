package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replays for people. */
final class ReplayText {
    private static final int BAR_CELLS = 24;
    private static final Set<String> SHOWN_APART = Set.of("counts", "progress", "read", "finished", "etaSeconds");

    private ReplayText() {}

    /** Whether nothing more will happen to it by itself. */
    static boolean isOver(JsonNode replay) {
        return Set.of("done", "failed", "stopped").contains(replay.path("state").asText());
    }

    /** How far it is, in one line. */
    static String progress(JsonNode replay) {
        JsonNode counts = replay.path("counts");
        StringBuilder line = new StringBuilder(replay.path("id").asText())
                .append(' ')
                .append(Figures.bar(replay.path("progress").asDouble(), BAR_CELLS))
                .append(' ')
                .append(Math.round(100 * replay.path("progress").asDouble()))
                .append(" %  ")
                .append(replay.path("state").asText());
        long ended = counts.path("succeeded").asLong()
                + counts.path("failed").asLong()
                + counts.path("putBack").asLong();
        line.append("  ").append(Figures.count(ended)).append(" done");
        if (counts.path("failed").asLong() > 0) {
            line.append(", ")
                    .append(Figures.count(counts.path("failed").asLong()))
                    .append(" failed");
        }
        if (replay.has("endedPerSecond")) {
            line.append("  ")
                    .append(Figures.count(
                            Math.round(replay.path("endedPerSecond").asDouble())))
                    .append("/s");
        }
        if (replay.has("etaSeconds")) {
            line.append("  ").append(left(replay.path("etaSeconds").asLong())).append(" left");
        }
        return line.toString();
    }

    /** The whole of it. */
    static void show(JsonNode replay, PrintWriter out) {
        for (Map.Entry<String, JsonNode> field : replay.properties()) {
            if (!SHOWN_APART.contains(field.getKey())
                    && !field.getValue().isNull()
                    && !field.getKey().endsWith("PerSecond")) {
                out.println(field.getKey() + ": " + field.getValue().asText());
            }
        }
        JsonNode counts = replay.path("counts");
        if (counts.isMissingNode()) {
            return;
        }
        out.println("read: " + Figures.count(replay.path("read").asLong()) + " of "
                + Figures.count(replay.path("records").asLong()) + " records");
        out.println("run: " + Figures.count(counts.path("published").asLong()) + ", of which "
                + Figures.count(counts.path("succeeded").asLong()) + " succeeded, "
                + Figures.count(counts.path("failed").asLong()) + " failed, "
                + Figures.count(replay.path("unfinished").asLong()) + " have not ended");
        if (counts.path("putBack").asLong() > 0) {
            out.println("put back on their topics: "
                    + Figures.count(counts.path("putBack").asLong()));
        }
        leftOut(counts.path("leftOut"), out);
    }

    /** What a dry run found. */
    static void dryRun(JsonNode found, PrintWriter out) {
        out.println("would run: " + Figures.count(found.path("wouldRun").asLong()));
        if (found.path("wouldPutBack").asLong() > 0) {
            out.println("would put back on their topics: "
                    + Figures.count(found.path("wouldPutBack").asLong()));
        }
        leftOut(found.path("leftOut"), out);
    }

    private static void leftOut(JsonNode reasons, PrintWriter out) {
        List<String> parts = new ArrayList<>();
        reasons.properties()
                .forEach(each -> parts.add(Figures.count(each.getValue().asLong()) + " " + each.getKey()));
        if (!parts.isEmpty()) {
            out.println("left out: " + String.join(", ", parts));
        }
    }

    static Table table(JsonNode replays, long nowMs) {
        Table table = new Table("replay", "source", "state", "done", "run", "failed", "into", "made");
        for (JsonNode replay : replays) {
            table.row(
                    replay.path("id").asText(),
                    replay.path("source").asText(),
                    replay.path("state").asText(),
                    Math.round(100 * replay.path("progress").asDouble()) + " %",
                    replay.path("counts").path("published").asLong(),
                    replay.path("counts").path("failed").asLong(),
                    replay.path("into").asText(null),
                    Figures.age(nowMs, replay.path("createdMs").asLong()) + " ago");
        }
        return table;
    }

    /** How results differ; returns how many do. */
    static long differences(JsonNode report, TableOptions tables, PrintWriter out) {
        JsonNode totals = report.path("totals");
        totals.properties()
                .forEach(each -> out.println(
                        each.getKey() + ": " + Figures.count(each.getValue().asLong())));
        long differing = differing(totals);
        JsonNode rows = report.path("differences");
        if (!rows.isEmpty()) {
            Table table = new Table("original", "key", "kind", "difference");
            for (JsonNode row : rows) {
                table.row(
                        row.path("original").path("id").asText(),
                        row.path("key").asText(null),
                        row.path("kind").asText(),
                        difference(row));
            }
            tables.print(table, out);
            if (differing > rows.size()) {
                out.println("Only " + Figures.count(rows.size()) + " of " + Figures.count(differing)
                        + " differences are shown: --differences N shows more.");
            }
        }
        return differing;
    }

    /** How many of these results differ. */
    static long differing(JsonNode totals) {
        return totals.path("changed").asLong()
                + totals.path("newly-failing").asLong()
                + totals.path("newly-passing").asLong();
    }

    private static String difference(JsonNode row) {
        JsonNode diff = row.path("diff");
        if (!diff.isArray()) {
            return "the results are not JSON";
        }
        List<String> parts = new ArrayList<>();
        for (JsonNode operation : diff) {
            String path = operation.path("path").asText();
            parts.add(operation.path("op").asText() + " " + (path.isEmpty() ? "(all)" : path)
                    + (operation.has("value") ? " " + Json.line(operation.path("value")) : ""));
        }
        return String.join("; ", parts);
    }

    private static String left(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }
}
