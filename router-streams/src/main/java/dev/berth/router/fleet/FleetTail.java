package dev.berth.router.fleet;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the fleet processor has said before, read back from the fleet topic itself when it starts.
 *
 * <p>Everybody else goes by that topic. A store with a changelog of its own could know less than was said, after a crash that
 * got one record out and not the other: it would give an epoch twice, and not watch an instance that works.
 */
public interface FleetTail {
    /** The newest assignment of each instance. */
    Collection<Assignment> read();

    /** Nothing was said yet: for topologies under test. */
    static FleetTail empty() {
        return List::of;
    }

    /** Reads the fleet topic. */
    static FleetTail of(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        AvroCodec<Assignment> codec = topics.fleet().codec(registry);
        TopicPartition fleet = new TopicPartition(topics.fleet().name(), 0);
        TopicPartition instances = new TopicPartition(topics.instances().name(), 0);
        return () -> {
            Map<String, Object> config = kafka.consumer("berth-fleet-tail");
            config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
            try (Consumer<String, byte[]> consumer =
                    new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
                Collection<Assignment> said = read(consumer, fleet, codec);
                long heardEnd = consumer.endOffsets(List.of(instances)).get(instances);
                return said.stream()
                        .map(assignment -> known(assignment, heardEnd))
                        .toList();
            }
        };
    }

    private static Collection<Assignment> read(
            Consumer<String, byte[]> consumer, TopicPartition fleet, AvroCodec<Assignment> codec) {
        Logger log = LoggerFactory.getLogger(FleetTail.class);
        Map<String, Assignment> newest = new LinkedHashMap<>();
        consumer.assign(List.of(fleet));
        consumer.seekToBeginning(List.of(fleet));
        long end = consumer.endOffsets(List.of(fleet)).get(fleet);
        while (consumer.position(fleet) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                try {
                    if (record.value() == null) {
                        newest.remove(record.key());
                    } else {
                        newest.put(record.key(), codec.decode(record.value()));
                    }
                } catch (UndecodableException e) {
                    log.warn(
                            "Ignored a record on the fleet topic key={} offset={} cause={}",
                            record.key(),
                            record.offset(),
                            e.getMessage());
                }
            }
        }
        log.info("Read back the fleet instances={}", newest.size());
        return new ArrayList<>(newest.values());
    }

    /** If the instances topic was made anew, its offsets have begun anew too: nothing on it has been answered. */
    private static Assignment known(Assignment assignment, long heardEnd) {
        return assignment.getHeardOffset() < heardEnd
                ? assignment
                : Assignment.newBuilder(assignment).setHeardOffset(-1).build();
    }
}
