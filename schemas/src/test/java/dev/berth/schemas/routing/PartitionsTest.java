package dev.berth.schemas.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Invocation;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("R3")
class PartitionsTest {
    private static final int PARTITIONS = 8;

    @Test
    void aRecordWithTheKeyLandsThereByKafkasDefaultPartitioner() {
        for (int i = 0; i < 100; i++) {
            Invocation keyed = invocation("f" + i % 7, "value-" + i);
            Invocation unkeyed = invocation("f" + i, null);
            assertThat(Partitions.of(keyed, false, PARTITIONS)).isEqualTo(kafkas(Partitions.keyText(keyed)));
            assertThat(Partitions.of(unkeyed, false, PARTITIONS)).isEqualTo(kafkas("acme/f" + i));
        }
    }

    @Test
    void allOfALimitedFunctionMeetWhateverTheirValues() {
        int meeting = Partitions.of(invocation("f", null), true, PARTITIONS);
        for (int i = 0; i < 100; i++) {
            assertThat(Partitions.of(invocation("f", "value-" + i), true, PARTITIONS))
                    .isEqualTo(meeting);
        }
        assertThat(Partitions.keyText(invocation("f", "v"))).isEqualTo("acme/f/v");
    }

    private static int kafkas(String key) {
        return BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), PARTITIONS);
    }

    private static Invocation invocation(String function, String value) {
        return Invocation.newBuilder()
                .setId("i")
                .setTenant("acme")
                .setFunction(function)
                .setRoutingValue(value)
                .build();
    }
}
