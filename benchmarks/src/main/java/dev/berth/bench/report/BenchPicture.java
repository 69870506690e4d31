package dev.berth.bench.report;

import dev.berth.bench.invoke.InvokeBenchmark.Row;
import dev.berth.bench.invoke.Way;
import dev.berth.bench.starts.StartsBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A report as a picture in SVG: bars for latency, throughput and starts. Readable on light and on dark. */
public final class BenchPicture {
    private static final int WIDTH = 760;
    private static final int LABELS = 250;
    private static final int BAR = 16;
    private static final int STEP = 22;
    private static final int GAP = 34;
    private static final int BARS_WIDTH = WIDTH - LABELS - 110;
    private static final String BARE = "#8a8f98";
    private static final String BERTH = "#2f7ed8";

    private record Bar(String label, double value, String shown, String colour) {}

    private BenchPicture() {}

    /** The whole file. */
    public static String svg(BenchReport report) {
        StringBuilder body = new StringBuilder();
        int y = 10;
        y = panel(body, y, "One in flight: p50 and p99, in microseconds", latencies(report));
        y = panel(body, y, "At saturation: calls a second", throughputs(report));
        y = panel(body, y, "From the dispatch to the handler: p50, in milliseconds", starts(report));
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#707680\">%n",
                        WIDTH,
                        y,
                        WIDTH,
                        y)
                + body
                + text(10, y - 8, "start", report.date() + ", " + report.machine())
                + "</svg>\n";
    }

    private static List<Bar> latencies(BenchReport report) {
        List<Bar> bars = new ArrayList<>();
        for (String way : ways()) {
            report.alone(way).ifPresent(row -> {
                bars.add(bar(way + ", p50", row.p50Us(), way));
                bars.add(bar(way + ", p99 corrected", row.p99CorrectedUs(), way));
            });
        }
        return bars;
    }

    private static List<Bar> throughputs(BenchReport report) {
        return ways().stream()
                .flatMap(way -> report.saturated(way).stream())
                .map((Row row) -> bar(row.way() + ", " + row.clients() + " in flight", row.perSecond(), row.way()))
                .toList();
    }

    private static List<Bar> starts(BenchReport report) {
        List<Bar> bars = new ArrayList<>();
        for (StartsBenchmark.Report of : report.starts()) {
            for (StartsBenchmark.Series series : of.series()) {
                double ms = series.quantile(0.5);
                bars.add(new Bar(
                        series.kind().words() + " (" + of.containers() + ")",
                        ms,
                        String.format(Locale.ROOT, "%.1f", ms),
                        series.kind() == StartsBenchmark.Kind.BARE ? BARE : BERTH));
            }
        }
        return bars;
    }

    private static List<String> ways() {
        return Stream.of(Way.ONE_HOP, Way.THREE_HOPS, Way.OVER_KAFKA, Way.OVER_HTTP)
                .toList();
    }

    private static Bar bar(String label, double value, String way) {
        boolean bare = way.equals(Way.ONE_HOP) || way.equals(Way.THREE_HOPS);
        return new Bar(label, value, String.format(Locale.ROOT, "%,d", Math.round(value)), bare ? BARE : BERTH);
    }

    private static int panel(StringBuilder body, int top, String title, List<Bar> bars) {
        int y = top + 16;
        body.append(text(10, y, "start", title).replace("<text", "<text font-weight=\"bold\""));
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        for (Bar bar : bars) {
            y += STEP;
            double width = Math.max(1, BARS_WIDTH * bar.value() / most);
            body.append(text(LABELS - 8, y, "end", bar.label()));
            body.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    LABELS,
                    y - BAR + 4,
                    width,
                    BAR,
                    bar.colour()));
            body.append(text(LABELS + (int) width + 6, y, "start", bar.shown()));
        }
        return y + GAP;
    }

    private static String text(int x, int y, String anchor, String words) {
        String safe = words.replace("&", "&amp;").replace("<", "&lt;");
        return String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, safe);
    }
}
