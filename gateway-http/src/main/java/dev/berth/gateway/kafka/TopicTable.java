package dev.berth.gateway.kafka;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a sorted table in memory: the last value of each key. Read from the beginning at every start.
 *
 * <p>Written by its follower's thread, read by any.
 *
 * @param <V> the record of the topic
 */
public final class TopicTable<V extends SpecificRecord> implements TopicView {
    private static final Logger log = LoggerFactory.getLogger(TopicTable.class);

    private final String topic;
    private final AvroCodec<V> codec;
    private final ConcurrentSkipListMap<String, V> rows = new ConcurrentSkipListMap<>();

    public TopicTable(TopicCatalogue.Topic<V> topic, SchemaRegistry registry) {
        this.topic = topic.name();
        this.codec = topic.codec(registry);
    }

    /** The topic's name. */
    public String topic() {
        return topic;
    }

    /** The value of a key. */
    public Optional<V> get(String key) {
        return Optional.ofNullable(rows.get(key));
    }

    /**
     * Rows whose keys begin with a prefix, in the order of their keys.
     *
     * @param after only keys behind this one; null for all
     */
    public Stream<Map.Entry<String, V>> scan(String prefix, String after) {
        boolean fromPrefix = after == null || after.compareTo(prefix) < 0;
        return rows.tailMap(fromPrefix ? prefix : after, fromPrefix).entrySet().stream()
                .takeWhile(row -> row.getKey().startsWith(prefix));
    }

    @Override
    public OptionalLong checkpoint(TopicPartition partition) {
        return OptionalLong.empty();
    }

    @Override
    public void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next) {
        for (ConsumerRecord<byte[], byte[]> row : records) {
            if (row.key() == null) {
                continue;
            }
            String key = new String(row.key(), StandardCharsets.UTF_8);
            if (row.value() == null) {
                rows.remove(key);
                continue;
            }
            try {
                rows.put(key, codec.decode(row.value()));
            } catch (UndecodableException e) {
                // Not ours to repair; the row keeps its last good value.
                log.warn(
                        "Passed over a record topic={} partition={} offset={} key={} reason={}: {}",
                        topic,
                        row.partition(),
                        row.offset(),
                        key,
                        e.reason().word(),
                        e.getMessage());
            }
        }
    }
}
