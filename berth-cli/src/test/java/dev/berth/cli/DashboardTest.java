package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The dashboard of docker-compose shows what there is: metrics that {@code topology-docs/metrics.md}, made from the code, names. */
@Tag("core")
@Tag("O2")
class DashboardTest {
    private static final Pattern METRIC = Pattern.compile("\\b(?:berth|kafka)_[a-z_]+");

    @Test
    void everyMetricOfTheDashboardIsOneThatBerthHas() throws IOException {
        Path dashboard = RunningBerth.HOME.resolve("compose/grafana/berth.json");
        assertThat(Json.parse(Files.readAllBytes(dashboard)).path("panels")).hasSizeGreaterThan(10);
        assertThat(metrics(dashboard).stream().map(name -> name.replaceFirst("_seconds_(bucket|count)$", "_seconds")))
                .isSubsetOf(metrics(RunningBerth.HOME.resolve("topology-docs/metrics.md")));
    }

    private static Set<String> metrics(Path file) throws IOException {
        return METRIC.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
