package dev.berth.router.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.router.pause.BrokerHearing;
import dev.berth.router.pause.PauseGuard;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Load;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the keeper of the fleet misses, and whom not though it heard nothing of them. */
@Tag("topology")
@Tag("V5")
class FleetTopologyTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue("berth.", 1, 4, (short) -1);
    private static final Duration TICK = Duration.ofMillis(250);

    @TempDir
    private Path state;

    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private long processMs;
    private TopologyTestDriver driver;

    @BeforeEach
    void anInstanceLives() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.fleetApplicationId());
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(
                FleetTopology.build(
                        TOPICS,
                        registry,
                        FleetTail.empty(),
                        FleetLimits.defaults(),
                        PauseGuard.by(() -> processMs),
                        new BrokerHearing()),
                config,
                Instant.now());
        driver.createInputTopic(TOPICS.instances().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("i1", TOPICS.instances().codec(registry).encode(status()));
        assertThat(words()).containsExactly(AssignmentState.LIVE);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void whoIsSilentIsMissed() {
        for (int i = 0; i < 12; i++) {
            driver.advanceWallClockTime(TICK);
        }
        assertThat(words()).containsExactly(AssignmentState.LOST);
    }

    @Test
    void aKeeperThatHadNoTurnMissesNobodyForThat() {
        driver.advanceWallClockTime(Duration.ofSeconds(5));
        assertThat(words()).isEmpty();
    }

    @Test
    void aKeeperThatSleptSaysNothingSinceAnotherMayKeepTheFleet() {
        processMs += 9_000;
        assertThatThrownBy(() -> driver.advanceWallClockTime(Duration.ofSeconds(9)))
                .isInstanceOf(TaskMigratedException.class);
        assertThat(words()).isEmpty();
    }

    private List<AssignmentState> words() {
        return driver
                .createOutputTopic(TOPICS.fleet().name(), new StringDeserializer(), new ByteArrayDeserializer())
                .readValuesToList()
                .stream()
                .map(value ->
                        TOPICS.fleet().codec(registry).serde().deserializer().deserialize("", value))
                .map(Assignment::getState)
                .toList();
    }

    private static InstanceStatus status() {
        return InstanceStatus.newBuilder()
                .setInstanceId("i1")
                .setIncarnation("p")
                .setEpoch(0)
                .setState(InstanceState.STARTING)
                .setHost("h")
                .setContainerRuntime("none")
                .setSlots(4)
                .setMemoryMb(512)
                .setLoad(new Load(0, 0, 0, 0, 0))
                .setSentMs(0)
                .build();
    }
}
