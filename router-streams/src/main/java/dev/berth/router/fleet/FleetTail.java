package dev.berth.router.fleet;

import dev.berth.router.tail.PartitionTail;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
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
            try (PartitionTail tail = new PartitionTail(kafka, "berth-fleet-tail", fleet)) {
                Map<String, Assignment> newest = new LinkedHashMap<>();
                tail.readAll(record -> take(record, codec, newest));
                Logger log = LoggerFactory.getLogger(FleetTail.class);
                log.info("Read back the fleet instances={}", newest.size());
                long heardEnd = tail.endOf(instances);
                return newest.values().stream()
                        .map(assignment -> known(assignment, heardEnd))
                        .toList();
            }
        };
    }

    private static void take(
            ConsumerRecord<String, byte[]> record, AvroCodec<Assignment> codec, Map<String, Assignment> newest) {
        try {
            if (record.value() == null) {
                newest.remove(record.key());
            } else {
                newest.put(record.key(), codec.decode(record.value()));
            }
        } catch (UndecodableException e) {
            LoggerFactory.getLogger(FleetTail.class)
                    .warn(
                            "Ignored a record on the fleet topic key={} offset={} cause={}",
                            record.key(),
                            record.offset(),
                            e.getMessage());
        }
    }

    /** If the instances topic was made anew, its offsets have begun anew too: nothing on it has been answered. */
    private static Assignment known(Assignment assignment, long heardEnd) {
        return assignment.getHeardOffset() < heardEnd
                ? assignment
                : Assignment.newBuilder(assignment).setHeardOffset(-1).build();
    }
}
