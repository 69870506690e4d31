package dev.berth.gateway.events.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("E6")
class TriggerSumsTest {
    private static final long NOW = 1_000_000;

    @Test
    void workersAreSummedAndTheWorstBottleneckIsNamed() {
        TriggerStatus one = status("w1", NOW - 500, partition(0, 90, 100, 150));
        one.setBottleneck("source");
        TriggerStatus two = status("w2", NOW - 900, partition(1, -1, 20, 30));
        two.setBottleneck("limit");

        JsonNode sum = sums(TriggerState.ENABLED, one, two);
        assertThat(sum.path("state").asText()).isEqualTo("running");
        assertThat(sum.path("workers").asInt()).isEqualTo(2);
        assertThat(sum.path("lag").asLong()).isEqualTo(60 + 10);
        assertThat(sum.path("readPerSecond").asDouble()).isEqualTo(2.5);
        assertThat(sum.path("filtered").asLong()).isEqualTo(4);
        assertThat(sum.path("bottleneck").asText()).isEqualTo("limit");
    }

    @Test
    void aPartitionThatMovedCountsOnceAndWhoIsSilentOnlyInWhatWasDone() {
        TriggerStatus before = status("w1", NOW - 2_000, partition(0, 10, 10, 100));
        TriggerStatus after = status("w2", NOW - 100, partition(0, 70, 80, 100));
        TriggerStatus gone = status("w3", NOW - 60_000, partition(1, 0, 0, 1_000));

        JsonNode sum = sums(TriggerState.ENABLED, before, after, gone);
        assertThat(sum.path("lag").asLong()).isEqualTo(30);
        assertThat(sum.path("workers").asInt()).isEqualTo(2);
        assertThat(sum.path("failed").asLong()).isEqualTo(3);
        assertThat(sum.path("readPerSecond").asDouble()).isEqualTo(2.5);
    }

    @Test
    void whyItDoesNotRunIsSaid() {
        TriggerStatus failing = status("w1", NOW, partition(0, 0, 0, 5));
        failing.setError("Topic orders is gone.");

        assertThat(sums(TriggerState.ENABLED, failing).path("error").asText()).isEqualTo("Topic orders is gone.");
        assertThat(sums(TriggerState.ENABLED).path("state").asText()).isEqualTo("unserved");
        assertThat(sums(TriggerState.ENABLED).path("error").asText()).contains("./berth triggers");
        assertThat(sums(TriggerState.DISABLED).path("state").asText()).isEqualTo("paused");
    }

    private static JsonNode sums(TriggerState state, TriggerStatus... statuses) {
        Trigger trigger = Trigger.newBuilder()
                .setTenant("default")
                .setUuid("u")
                .setFunction("f")
                .setTopics(List.of("t"))
                .setState(state)
                .setCreatedMs(0)
                .setModifiedMs(0)
                .build();
        return new TriggerSums(trigger, List.of(statuses), NOW).whole();
    }

    private static TriggerStatus status(String worker, long atMs, TriggerPartition partition) {
        return TriggerStatus.newBuilder()
                .setTenant("default")
                .setUuid("u")
                .setWorker(worker)
                .setAtMs(atMs)
                .setPartitions(List.of(partition))
                .setFiltered(2)
                .setFailed(1)
                .setReadPerSecond(1.25)
                .build();
    }

    private static TriggerPartition partition(int number, long committed, long position, long end) {
        return new TriggerPartition("t", number, committed, position, end);
    }
}
