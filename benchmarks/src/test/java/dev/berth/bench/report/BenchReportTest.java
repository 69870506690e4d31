package dev.berth.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bench.invoke.InvokeBenchmark.Row;
import dev.berth.bench.invoke.Way;
import dev.berth.bench.starts.StartsBenchmark;
import dev.berth.bench.starts.StartsBenchmark.Kind;
import dev.berth.bench.starts.StartsBenchmark.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class BenchReportTest {
    private static final BenchReport REPORT = new BenchReport(
            "2026-01-01",
            "2 cores <any>",
            "a no-op",
            List.of(
                    row(Way.THREE_HOPS, 64, 5_000, 20_000, 10_000),
                    row(Way.OVER_KAFKA, 64, 9_000, 30_000, 3_000),
                    row(Way.THREE_HOPS, 256, 9_000, 40_000, 12_000),
                    row(Way.OVER_KAFKA, 256, 40_000, 90_000, 2_000),
                    row(Way.THREE_HOPS, 1, 1_000, 2_000, 900),
                    row(Way.OVER_KAFKA, 1, 1_400, 5_000, 600),
                    row(Way.OVER_HTTP, 1, 2_100, 6_000, 500)),
            List.of(
                    new StartsBenchmark.Report("process", List.of(series(Kind.PREWARMED, 1)), 0),
                    new StartsBenchmark.Report(
                            "docker",
                            List.of(series(Kind.BARE, 400), series(Kind.PREWARMED, 5), series(Kind.COLD, 500)),
                            0)),
            List.of("NOTHING ELSE"));

    @Test
    void aloneIsComparedWithAloneAndTheBestThroughputWithTheBest() {
        Map<String, Double> ratios =
                REPORT.ratios().stream().collect(Collectors.toMap(BenchReport.Ratio::name, BenchReport.Ratio::value));

        assertThat(ratios)
                .containsEntry("latencyRatioP50", 1.4)
                .containsEntry("latencyRatioP99", 2.5)
                .containsEntry("throughputRatio", 0.25)
                .containsEntry("httpRatioP50", 1.5)
                .containsEntry("prewarmedOverCold", 0.01)
                .containsEntry("prewarmedOverBareDocker", 0.0125);
    }

    @Test
    void whatMissesItsGoalIsNamed() {
        assertThat(REPORT.ratios().stream().filter(BenchReport.Ratio::misses).map(BenchReport.Ratio::name))
                .containsExactly("latencyRatioP99", "throughputRatio", "httpRatioP50");
        assertThat(String.join("\n", BenchText.lines(REPORT))).contains("missed", "met", "*** NOTHING ELSE");
    }

    @Test
    void whatWasNotMeasuredHasNoRatio() {
        BenchReport bare =
                new BenchReport("2026-01-01", "", "", List.of(row(Way.THREE_HOPS, 1, 1, 1, 1)), List.of(), List.of());

        assertThat(bare.ratios()).isEmpty();
    }

    @Test
    void thePictureIsXmlWithABarForEachFigure() throws Exception {
        byte[] svg = BenchPicture.svg(REPORT).getBytes(StandardCharsets.UTF_8);

        var bars = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg))
                .getElementsByTagName("rect");

        assertThat(bars.getLength()).isEqualTo(3 * 2 + 3 + 4);
    }

    private static Row row(String way, int clients, double p50Us, double p99Us, double perSecond) {
        return new Row(way, clients, p50Us, p99Us, p99Us, perSecond, 1, 1, 0, 0);
    }

    private static Series series(Kind kind, double ms) {
        return new Series(kind, List.of(ms));
    }
}
