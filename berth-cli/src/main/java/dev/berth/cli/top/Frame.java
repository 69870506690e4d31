package dev.berth.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Table;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** A snapshot as lines, none of which is wider than the terminal; what matters most comes first, since the end is cut. */
public final class Frame {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int MOST_INSTANCES = 8;
    private static final int MOST_FUNCTIONS = 8;
    private static final int MOST_KEYS = 10;

    private final Snapshot now;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private Frame(Snapshot now, int columns) {
        this.now = now;
        this.columns = columns;
    }

    /** All lines, however many. */
    public static List<String> lines(String url, Snapshot now, int columns) {
        Frame frame = new Frame(now, columns);
        frame.head(url);
        frame.latencies();
        frame.instances();
        frame.functions();
        frame.keys();
        return frame.lines.stream()
                .map(line -> line.length() <= columns ? line : line.substring(0, columns - 1) + "…")
                .toList();
    }

    private void head(String url) {
        JsonNode activity = now.activity();
        lines.add("berth top  " + url + "  "
                + TIME.withZone(ZoneId.systemDefault()).format(Instant.ofEpochMilli(now.atMs()))
                + "  the last " + Figures.fixed(activity.path("seconds").asDouble(), 0) + " s"
                + (activity.path("whole").asBoolean(true) ? "" : " (not all of it: too much)"));
        lines.add(Figures.fixed(activity.path("perSecond").asDouble(), 1) + "/s  ended "
                + Figures.count(activity.path("ended").asLong()) + counts(activity.path("statuses"), ": ", ""));
        long queued = 0;
        long running = 0;
        long containers = 0;
        for (JsonNode instance : now.instances()) {
            queued += instance.path("load").path("queued").asLong();
            running += instance.path("load").path("running").asLong();
            containers += instance.path("load").path("containers").asLong();
        }
        lines.add("running " + running + "  containers " + containers + "  queued at instances " + queued
                + now.queues()
                        .map(waiting ->
                                ", in the router " + waiting.router() + "  callers waiting " + waiting.callers())
                        .orElse(""));
        long ended = activity.path("ended").asLong();
        lines.add("reuse  " + (ended == 0 ? "-" : shares(activity.path("reuse"), ended)));
        lines.add("");
    }

    private void latencies() {
        Table table = new Table("latency", "p50 ms", "p99 ms", "max ms");
        for (String stage : new String[] {"total", "start", "route", "receive", "wait", "run", "reply"}) {
            JsonNode times = now.activity().path("latencies").path(stage);
            boolean any = times.path("count").asLong() > 0;
            table.row(
                    stage,
                    any ? ms(times, "p50Ms") : null,
                    any ? ms(times, "p99Ms") : null,
                    any ? ms(times, "maxMs") : null);
        }
        add(table);
    }

    private void instances() {
        Table table = new Table("instance", "state", "running", "queued", "containers", "memory", "heard");
        rows(now.instances(), MOST_INSTANCES).forEach(instance -> {
            JsonNode load = instance.path("load");
            table.row(
                    instance.path("id").asText(),
                    instance.path("state").asText(),
                    load.path("running").asText("0") + "/"
                            + instance.path("slots").asText("?"),
                    load.path("queued").asText("0"),
                    load.path("containers").asText("0"),
                    load.path("usedMemoryMb").asText("0") + "/"
                            + instance.path("memoryMb").asText("?") + " MB",
                    instance.has("sentMs")
                            ? Figures.age(now.atMs(), instance.path("sentMs").asLong()) + " ago"
                            : null);
        });
        add(table);
        more(now.instances(), MOST_INSTANCES, "instances");
    }

    private void functions() {
        Table table = new Table("function", "/s", "p50 ms", "p99 ms", "failed", "warm");
        JsonNode all = now.activity().path("functions");
        rows(all, MOST_FUNCTIONS).forEach(function -> {
            long count = Math.max(1, function.path("count").asLong());
            table.row(
                    function.path("function").asText(),
                    Figures.fixed(function.path("perSecond").asDouble(), 1),
                    ms(function, "p50Ms"),
                    ms(function, "p99Ms"),
                    function.path("failed").asText(),
                    Math.round(100.0 * function.path("warm").asLong() / count) + " %");
        });
        add(table);
        more(all, MOST_FUNCTIONS, "functions");
    }

    private void keys() {
        JsonNode all = now.activity().path("keys");
        if (all.isEmpty()) {
            return;
        }
        Table table = new Table("hottest key", "/s", "function", "container");
        rows(all, MOST_KEYS)
                .forEach(key -> table.row(
                        key.path("key").asText(),
                        Figures.fixed(key.path("perSecond").asDouble(), 1),
                        key.path("function").asText(),
                        key.path("container").asText("")));
        add(table);
    }

    private void add(Table table) {
        lines.addAll(table.lines(columns));
        lines.add("");
    }

    private void more(JsonNode all, int shown, String what) {
        if (all.size() > shown) {
            lines.set(lines.size() - 1, "and " + (all.size() - shown) + " " + what + " more");
            lines.add("");
        }
    }

    private static List<JsonNode> rows(JsonNode all, int most) {
        return StreamSupport.stream(all.spliterator(), false).limit(most).toList();
    }

    private static String ms(JsonNode times, String which) {
        return Figures.fixed(times.path(which).asDouble(), 1);
    }

    private static String counts(JsonNode counts, String before, String otherwise) {
        List<String> words = new ArrayList<>();
        counts.properties()
                .forEach(count -> words.add(Figures.count(count.getValue().asLong()) + " " + count.getKey()));
        return words.isEmpty() ? otherwise : before + String.join(", ", words);
    }

    private static String shares(JsonNode counts, long of) {
        List<String> words = new ArrayList<>();
        counts.properties()
                .forEach(count -> words.add(count.getKey() + " "
                        + Figures.fixed(100.0 * count.getValue().asLong() / of, 1) + " %"));
        return words.isEmpty() ? "-" : String.join("  ", words);
    }
}
