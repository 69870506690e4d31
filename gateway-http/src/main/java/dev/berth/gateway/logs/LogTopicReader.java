package dev.berth.gateway.logs;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of one function from a moment on, and further as they come. One thread; blocks. */
final class LogTopicReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogTopicReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final int FETCH_WAIT_MS = 100;
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));

    private final AvroCodec<LogChunk> codec;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long end;

    /** @param sinceMs epoch milliseconds */
    LogTopicReader(
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry,
            String tenant,
            String function,
            long sinceMs) {
        this.codec = topics.logs().codec(registry);
        this.partition = new TopicPartition(topics.logs().name(), topics.logPartition(tenant, function));
        Map<String, Object> config = kafka.consumer("gateway-logs");
        // Closing waits for the fetch that is parked at the broker.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> own = List.of(partition);
            consumer.assign(own);
            end = consumer.endOffsets(own).get(partition);
            OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(partition, Math.max(0, sinceMs)))
                    .get(partition);
            consumer.seek(partition, first == null ? end : first.offset());
        } catch (RuntimeException e) {
            consumer.close(CLOSE);
            throw e;
        }
    }

    /** Whether what was there at the beginning has been read. */
    boolean isCaughtUp() {
        return consumer.position(partition) >= end;
    }

    /** Some more records, perhaps none for now. */
    List<ConsumerRecord<byte[], byte[]>> poll() {
        return consumer.poll(POLL).records(partition);
    }

    /** The chunk in a record; empty if somebody wrote what is none. */
    Optional<LogChunk> decode(ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(codec.decode(row.value()));
        } catch (UndecodableException e) {
            log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return Optional.empty();
        }
    }

    /** When the oldest record was written that is still kept where the function's are; the position is lost. */
    OptionalLong oldestMs() {
        consumer.seekToBeginning(List.of(partition));
        if (end == 0 || consumer.position(partition) >= end) {
            return OptionalLong.empty();
        }
        return consumer.poll(FIRST).records(partition).stream()
                .mapToLong(ConsumerRecord::timestamp)
                .findFirst();
    }

    @Override
    public void close() {
        consumer.close(CLOSE);
    }
}
