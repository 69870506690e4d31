package dev.berth.bench.report;

import dev.berth.bench.invoke.InvokeBenchmark.Row;
import dev.berth.bench.starts.StartsBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as tables: for a terminal, and as Markdown. */
public final class BenchText {
    private static final List<String> CALLS = List.of(
            "way",
            "in flight",
            "p50 us",
            "+-",
            "p99 us",
            "p99 corrected",
            "calls/s",
            "+-",
            "CPU us/call",
            "bytes/call");
    private static final List<String> STARTS = List.of("start", "containers", "n", "p50 ms", "p90 ms", "max ms");
    private static final List<String> RATIOS = List.of("ratio", "measured", "goal", "");

    private BenchText() {}

    /** For a terminal. */
    public static List<String> lines(BenchReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(report.date() + ", " + report.machine() + "; the function is " + report.handler());
        lines.add("");
        plain(lines, CALLS, calls(report));
        lines.add("");
        plain(lines, STARTS, starts(report));
        lines.add("");
        plain(lines, RATIOS, ratios(report));
        report.unproved().forEach(what -> lines.add("*** " + what));
        return lines;
    }

    /** For a document. */
    public static List<String> markdown(BenchReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Measured on " + report.date() + " with " + report.machine() + "; the function is " + report.handler()
                        + ". Medians of interleaved rounds; \"+-\" is half of what lies between the lowest and the highest round."
                        + " \"p99 corrected\" also counts what a slow answer kept its client from asking (coordinated omission).");
        lines.add("");
        table(lines, RATIOS, ratios(report));
        lines.add("");
        table(lines, CALLS, calls(report));
        lines.add("");
        table(lines, STARTS, starts(report));
        report.unproved().forEach(what -> {
            lines.add("");
            lines.add("**" + what + "**");
        });
        return lines;
    }

    private static List<List<String>> calls(BenchReport report) {
        return report.rows().stream().map(BenchText::call).toList();
    }

    private static List<String> call(Row row) {
        return List.of(
                row.way(),
                Integer.toString(row.clients()),
                whole(row.p50Us()),
                whole(row.p50SpreadUs() / 2),
                whole(row.p99Us()),
                whole(row.p99CorrectedUs()),
                whole(row.perSecond()),
                whole(row.perSecondSpread() / 2),
                whole(row.cpuUs()),
                whole(row.diskBytes()));
    }

    private static List<List<String>> starts(BenchReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (StartsBenchmark.Report of : report.starts()) {
            for (StartsBenchmark.Series series : of.series()) {
                rows.add(List.of(
                        series.kind().words(),
                        of.containers(),
                        Integer.toString(series.ms().size()),
                        tenths(series.quantile(0.5)),
                        tenths(series.quantile(0.9)),
                        tenths(series.quantile(1))));
            }
        }
        return rows;
    }

    private static List<List<String>> ratios(BenchReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (BenchReport.Ratio ratio : report.ratios()) {
            String goal = ratio.goal() == null ? "" : (ratio.atMost() ? "at most " : "at least ") + ratio.goal();
            String verdict = ratio.goal() == null ? "" : ratio.misses() ? "missed" : "met";
            rows.add(List.of(ratio.words(), String.format(Locale.ROOT, "%.3f", ratio.value()), goal, verdict));
        }
        return rows;
    }

    private static void plain(List<String> lines, List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        int[] widths = new int[head.size()];
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + pad : "  " + pad + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
    }

    private static void table(List<String> lines, List<String> head, List<List<String>> rows) {
        lines.add(cells(head));
        lines.add("|" + "---|".repeat(head.size()));
        rows.forEach(row -> lines.add(cells(row)));
    }

    private static String cells(List<String> row) {
        return "| " + String.join(" | ", row) + " |";
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }

    private static String tenths(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
