package dev.berth.executor.logs;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes chunks to the logs topic, with a producer of its own: logs must not take the room of results, and may wait to be
 * compressed together. Never blocks: what does not fit into a bounded buffer is refused. One thread.
 */
final class ChunkWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChunkWriter.class);
    private static final long BUFFER_BYTES = 8L * 1024 * 1024;
    private static final int LINGER_MS = 20;
    // As long as the broker is away, the buffer holds the oldest; giving them up for newer ones would gain nothing.
    private static final int DELIVERY_MS = (int) Duration.ofMinutes(10).toMillis();
    private static final int REQUEST_MS = (int) Duration.ofSeconds(30).toMillis();

    private final TopicCatalogue topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroCodec<LogChunk> codec;
    private final String instanceId;

    ChunkWriter(String instanceId, KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        this.instanceId = instanceId;
        this.topics = topics;
        Map<String, Object> settings = kafka.producer("berth-logs-" + instanceId);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
        settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis());
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.codec = topics.logs().codec(registry).registered();
        try {
            producer.partitionsFor(topics.logs().name());
        } catch (TimeoutException e) {
            log.debug("Metadata of {} is on its way", topics.logs().name());
        }
    }

    /**
     * Sends a chunk on its way.
     *
     * @param lost told how many bytes were lost, if it was accepted and does not arrive after all; on another thread
     * @return whether there was room for it
     */
    boolean offer(LogChunk chunk, LongConsumer lost) {
        String key = chunk.getTenant() + '/' + chunk.getFunction();
        long bytes = chunk.getPrinted().remaining() + chunk.getDroppedBytes();
        Sending sending = new Sending(bytes, lost);
        producer.send(
                new ProducerRecord<>(
                        topics.logs().name(),
                        topics.logPartition(chunk.getTenant(), chunk.getFunction()),
                        key.getBytes(StandardCharsets.UTF_8),
                        codec.encode(chunk)),
                sending);
        return sending.accepted();
    }

    /** Waits shortly for what is on its way. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }

    /** What becomes of a chunk. A refusal is told on the sender's own thread, before {@code send} returns. */
    private final class Sending implements Callback {
        private final Thread sender = Thread.currentThread();
        private final long bytes;
        private final LongConsumer lost;
        private boolean refused;

        private Sending(long bytes, LongConsumer lost) {
            this.bytes = bytes;
            this.lost = lost;
        }

        private boolean accepted() {
            return !refused;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception error) {
            if (error == null) {
                return;
            }
            if (Thread.currentThread() == sender) {
                refused = true;
            } else {
                log.debug(
                        "A chunk of a log was lost instance={} bytes={} cause={}", instanceId, bytes, error.toString());
                lost.accept(bytes);
            }
        }
    }
}
