package dev.berth.router.streams;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a router process which containers are no more, from the topic of container events, read from its end: it is news. What is
 * missed costs no more than an executor's surprise, which its result tells.
 */
public final class ContainerNews implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContainerNews.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** What is refused is refused again at once: a user without the right, say. */
    private static final long RETRY_MS = 1_000;

    private final TopicCatalogue.Topic<ContainerEvent> topic;
    private final AvroCodec<ContainerEvent> codec;
    private final SharedTables tables;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Starts to read. */
    public ContainerNews(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, SharedTables tables) {
        this.topic = topics.containerEvents();
        this.codec = topic.codec(registry);
        this.tables = tables;
        Map<String, Object> settings = kafka.consumer("berth-router-container-news");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::loop, "berth-router-container-news");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try (consumer) {
            List<TopicPartition> all = IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(all);
            consumer.seekToEnd(all);
            while (closing.getCount() > 0) {
                try {
                    consumer.poll(POLL).forEach(this::take);
                } catch (WakeupException e) {
                    log.debug("Woken to close");
                } catch (InterruptException e) {
                    throw e;
                } catch (KafkaException e) {
                    log.warn("Container events cannot be read now cause={}; trying again", e.toString());
                    closing.await(RETRY_MS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            ContainerEvent event = codec.decode(record.value());
            if (event.getEvent() == ContainerEventType.REMOVED) {
                tables.containerRemoved(event.getContainerId());
            }
        } catch (UndecodableException e) {
            log.warn(
                    "Ignored a record topic={} partition={} offset={} cause={}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }
}
