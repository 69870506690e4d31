package dev.berth.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterLimits;
import dev.berth.router.fleet.FleetLimits;
import dev.berth.router.fleet.FleetTail;
import dev.berth.router.fleet.FleetTopology;
import dev.berth.router.pause.BrokerHearing;
import dev.berth.router.pause.PauseGuard;
import dev.berth.router.streams.OutcomeAcks;
import dev.berth.router.streams.OutcomeTail;
import dev.berth.router.streams.RouterMeters;
import dev.berth.router.streams.RouterTopology;
import dev.berth.router.streams.SharedTables;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The topologies as text in topology-docs are those of the code. To bring them up to date:
 * {@code mvn -pl router-streams test -Dtest=TopologyDocsTest -Dberth.writeDocs=true}.
 */
@Tag("core")
@Tag("O5")
class TopologyDocsTest {
    private static final Path DOCS = Path.of("..", "topology-docs", "topologies");

    @Test
    void theRoutersTopologyIsAsDocumented() throws IOException {
        check(
                "router.txt",
                RouterTopology.build(
                        TopicCatalogue.defaults(),
                        SchemaRegistry.inMemory(),
                        new SharedTables(),
                        OutcomeTail.empty(),
                        new OutcomeAcks(),
                        RouterLimits.defaults(),
                        new RouterMeters(Telemetry.none()),
                        PauseGuard.by(() -> 0)));
    }

    @Test
    void theFleetsTopologyIsAsDocumented() throws IOException {
        check(
                "fleet.txt",
                FleetTopology.build(
                        TopicCatalogue.defaults(),
                        SchemaRegistry.inMemory(),
                        FleetTail.empty(),
                        FleetLimits.defaults(),
                        PauseGuard.by(() -> 0),
                        new BrokerHearing()));
    }

    private static void check(String file, Topology topology) throws IOException {
        Path doc = DOCS.resolve(file);
        String text = topology.describe().toString();
        if (Boolean.getBoolean("berth.writeDocs")) {
            Files.createDirectories(DOCS);
            Files.writeString(doc, text);
        }
        assertThat(Files.readString(doc)).isEqualTo(text);
    }
}
