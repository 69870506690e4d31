package dev.berth.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class RoutingKeyTest {
    @Test
    @Tag("R3")
    void itsPartitionIsThatOfKafkasDefaultPartitioner() {
        for (int i = 0; i < 1_000; i++) {
            RoutingKey key = new RoutingKey("tenant", "function", "välue-" + i);
            assertThat(key.partition(8))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key.text().getBytes(StandardCharsets.UTF_8), 8));
        }
    }

    @Test
    void tenantsAndFunctionsCannotReachIntoEachOthersKeys() {
        assertThat(RoutingKey.isValidName("a/b")).isFalse();
        assertThat(RoutingKey.isValidName("")).isFalse();
        assertThat(RoutingKey.isValidName(null)).isFalse();
        assertThat(RoutingKey.isValidName("flight-delays_2")).isTrue();
    }
}
