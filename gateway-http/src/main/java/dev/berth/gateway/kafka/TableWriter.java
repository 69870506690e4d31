package dev.berth.gateway.kafka;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Changes rows of compacted topics that this gateway has as tables; done when its own table has the change. Thread-safe, and blocks: who
 * must keep changes in order calls it on a worker of one thread.
 */
public final class TableWriter implements AutoCloseable {
    private static final int ACKNOWLEDGE_MS = 30_000;
    /** Of rows that are many and large together. */
    private static final int ACKNOWLEDGE_ALL_MS = 60_000;

    private static final long TABLE_MS = 10_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final SchemaRegistry registry;
    private final TopicFollower follower;
    private final KafkaProducer<String, byte[]> producer;

    /**
     * @param follower of the tables
     * @param topics that it will write, whose schemas are registered now
     */
    public TableWriter(
            KafkaSettings kafka,
            SchemaRegistry registry,
            TopicFollower follower,
            List<TopicCatalogue.Topic<?>> topics) {
        this.registry = registry;
        this.follower = follower;
        topics.forEach(topic -> topic.codec(registry).registered());
        var config = kafka.producer("gateway-tables-writer");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ACKNOWLEDGE_ALL_MS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ACKNOWLEDGE_MS);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Writes a row.
     *
     * @param row null to delete it
     * @throws dev.berth.gateway.core.ApiException if Kafka does not take it in time; it may still take effect
     */
    public <T extends SpecificRecord> void put(TopicCatalogue.Topic<T> topic, String key, T row) {
        byte[] value = row == null ? null : topic.codec(registry).encode(row);
        RecordMetadata at =
                acknowledged(producer.send(new ProducerRecord<>(topic.name(), 0, key, value)), ACKNOWLEDGE_MS);
        await(
                follower.applied(new TopicPartition(at.topic(), at.partition()), at.offset()),
                TABLE_MS,
                "the gateway's own view");
    }

    /**
     * Writes rows of a topic that this gateway has not as a table.
     *
     * @param rows some, by their keys; each is encoded when its turn comes
     * @return the first one's offset
     * @throws dev.berth.gateway.core.ApiException if Kafka does not take them in time; some may be there
     */
    public <T extends SpecificRecord> long append(TopicCatalogue.Topic<T> topic, Stream<Map.Entry<String, T>> rows) {
        AvroCodec<T> codec = topic.codec(registry);
        List<Future<RecordMetadata>> sent = rows.map(row -> producer.send(
                        new ProducerRecord<>(topic.name(), 0, row.getKey(), codec.encode(row.getValue()))))
                .toList();
        return sent.stream()
                .mapToLong(each -> acknowledged(each, ACKNOWLEDGE_ALL_MS).offset())
                .min()
                .orElseThrow();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }

    private static RecordMetadata acknowledged(Future<RecordMetadata> sent, long boundMs) {
        return await(sent, boundMs, "Kafka's acknowledgement");
    }

    private static <T> T await(Future<T> future, long boundMs, String what) {
        try {
            return future.get(boundMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unavailable(what, e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw unavailable(what, "nothing within " + boundMs + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(what, "the gateway stops");
        }
    }

    private static RuntimeException unavailable(String what, String why) {
        return ApiError.unavailable("The change waited for " + what + " in vain (" + why
                        + "). It may still take effect; look at it, then try again.")
                .exception();
    }
}
