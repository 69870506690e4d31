package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Trigger;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records of topics become invocations, on a whole Berth. */
@Tag("integration")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TriggersTest {
    @TempDir
    private static Path files;

    private static RunningBerth berth;
    private static EventStage stage;

    @BeforeAll
    static void start(@TempDir Path data) {
        berth = new RunningBerth(data);
        stage = EventStage.of(berth, files);
    }

    @AfterAll
    static void stop() {
        stage.close();
        berth.close();
    }

    @Test
    @Tag("E1")
    void eachRecordIsOneInvocationWhereItsKeyBelongs() {
        stage.topic("orders", 3);
        stage.deploy("orders");
        IntStream.range(0, 60).forEach(i -> stage.send("orders", "k" + i % 6, "{\"id\": " + i + "}"));
        Trigger trigger = stage.trigger("orders", "orders", t -> {});

        List<JsonNode> lines = stage.lines("orders", 60);
        stage.awaitCommitted(trigger, "orders");
        assertThat(lines.stream().map(line -> line.path("value").path("id").asInt()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 60).boxed().toList());
        List<Outcome> outcomes = stage.read(
                berth.berth().topics().outcomes(),
                outcome -> outcome.getResult().getFunction().equals("orders"),
                60);
        assertThat(outcomes).hasSize(60).allMatch(outcome -> outcome.getStatus() == OutcomeStatus.SUCCEEDED);
        assertThat(outcomes).allMatch(outcome -> outcome.getOrigin().equals("trigger"));
        assertThat(outcomes)
                .allMatch(outcome -> outcome.getResult().getRoutingValue().matches("k[0-5]"));
        assertThat(stage.lines("orders")).hasSize(60);
    }
}
