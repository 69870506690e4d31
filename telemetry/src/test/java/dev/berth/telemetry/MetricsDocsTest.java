package dev.berth.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With {@code -Dberth.writeDocs=true} it writes the page instead. */
@Tag("core")
class MetricsDocsTest {
    private static final Path PAGE = Path.of("../topology-docs/metrics.md");

    @Test
    @Tag("O2")
    void thePageOfMetricsIsCurrent() throws IOException {
        if (Boolean.getBoolean("berth.writeDocs")) {
            Files.writeString(PAGE, MetricsDocs.page());
        }
        assertThat(PAGE).hasContent(MetricsDocs.page());
    }
}
