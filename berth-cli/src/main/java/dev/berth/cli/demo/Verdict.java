package dev.berth.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The demo's last word: figures, and what they prove or fail to. Pure.
 *
 * @param tally complete, or as far as it came
 * @param containersStarted containers made for the function, by the container-events topic
 * @param seconds from the first publish to the last outcome
 */
record Verdict(Tally tally, int containersStarted, double seconds) {
    private static final int BUSIEST = 10;
    private static final int CONTAINER_CHARS = 28;

    int lost() {
        return tally.expected() - tally.done();
    }

    long keysOnMoreThanOneContainer() {
        return tally.airports().values().stream()
                .filter(airport -> airport.referenceReadsByContainer.size() > 1)
                .count();
    }

    /** Over all airports and containers; more than the airports means that one was read twice. */
    long referenceReads() {
        return tally.airports().values().stream()
                .flatMap(airport -> airport.referenceReadsByContainer.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** What is wrong, each in a sentence; empty if the demo passed. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        int airports = tally.airports().size();
        if (lost() > 0) {
            faults.add(lost() + " of " + tally.expected() + " flights have no outcome.");
        }
        if (tally.failed() > 0) {
            faults.add(tally.failed() + " flights failed; the first: "
                    + tally.errors().get(0));
        }
        if (tally.duplicates() > 0) {
            faults.add(tally.duplicates() + " flights have more than one outcome.");
        }
        if (keysOnMoreThanOneContainer() > 0) {
            faults.add(keysOnMoreThanOneContainer() + " of " + airports + " airports ran in more than one container.");
        }
        List<String> incomplete = tally.airports().entrySet().stream()
                .filter(airport -> !airport.getValue().isComplete())
                .map(Map.Entry::getKey)
                .toList();
        if (!incomplete.isEmpty()) {
            faults.add(incomplete.size() + " of " + airports + " airports' counts or means differ from the file's: "
                    + String.join(", ", incomplete.subList(0, Math.min(5, incomplete.size()))) + ".");
        }
        if (referenceReads() != airports) {
            faults.add("The reference was read " + referenceReads() + " times for " + airports + " airports.");
        }
        return faults;
    }

    /** The figures as one object, in the order of the documentation. */
    ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("events", tally.expected());
        json.put("succeeded", tally.succeeded());
        json.put("failed", tally.failed());
        json.put("lost", lost());
        json.put("duplicates", tally.duplicates());
        json.put("keys", tally.airports().size());
        json.put("instances", tally.instances().size());
        json.put("containersStarted", containersStarted);
        json.put("warmPercent", Figures.rounded(tally.warmPercent(), 2));
        json.put("keysOnMoreThanOneContainer", keysOnMoreThanOneContainer());
        json.put("referenceReads", referenceReads());
        json.set("publishToStartMs", percentiles(tally.publishToStartUs()));
        json.set("endToEndMs", percentiles(tally.endToEndUs()));
        json.put("seconds", Figures.rounded(seconds, 2));
        return json;
    }

    /**
     * The busiest airports with their pins, and the figures, for people.
     *
     * @param columns how wide the table may be
     */
    List<String> lines(int columns) {
        Table table = new Table("airport", "name", "city", "flights", "counted", "mean delay", "instance", "container");
        tally.airports().entrySet().stream()
                .sorted(Comparator.comparingInt(
                                (Map.Entry<String, Tally.AirportTally> entry) -> -entry.getValue().flights)
                        .thenComparing(Map.Entry::getKey))
                .limit(BUSIEST)
                .forEach(entry -> row(table, entry.getKey(), entry.getValue()));
        List<String> lines = new ArrayList<>(table.lines(columns));
        lines.add("");
        lines.add(Figures.count(tally.succeeded()) + " of " + Figures.count(tally.expected()) + " flights succeeded in "
                + Figures.fixed(seconds, 1) + " s ("
                + Figures.count(Math.round(tally.done() / Math.max(0.001, seconds)))
                + "/s); " + tally.failed() + " failed, " + lost() + " lost, " + tally.duplicates() + " doubled.");
        lines.add(tally.airports().size() + " airports on " + tally.instances().size() + " instances and "
                + containersStarted + " containers; " + keysOnMoreThanOneContainer()
                + " airports on more than one container; " + Figures.fixed(tally.warmPercent(), 1)
                + " % warm; reference read "
                + referenceReads() + " times.");
        lines.add("Publish to start " + percentilesText(tally.publishToStartUs()) + ", end to end "
                + percentilesText(tally.endToEndUs()) + ".");
        return lines;
    }

    private static void row(Table table, String code, Tally.AirportTally airport) {
        Seen.Answer last = airport.last;
        String containers = String.join(" ", airport.referenceReadsByContainer.keySet());
        table.row(
                code,
                last == null ? null : last.name(),
                last == null ? null : last.city(),
                Figures.count(airport.flights),
                last == null ? "0" : Figures.count(last.count()),
                last == null ? null : Figures.fixed(last.meanDelay(), 1),
                airport.instance,
                containers.length() <= CONTAINER_CHARS
                        ? containers
                        : containers.substring(0, CONTAINER_CHARS - 1) + "…");
    }

    private static ObjectNode percentiles(Histogram us) {
        ObjectNode json = Json.object();
        json.put("p50", ms(us, 50));
        json.put("p99", ms(us, 99));
        return json;
    }

    private static String percentilesText(Histogram us) {
        return "p50 " + Figures.fixed(ms(us, 50), 1) + " ms, p99 " + Figures.fixed(ms(us, 99), 1) + " ms";
    }

    private static double ms(Histogram us, double percentile) {
        return Figures.rounded(us.getValueAtPercentile(percentile) / 1_000.0, 1);
    }
}
