package dev.berth.cli.demo;

import dev.berth.cli.text.Failure;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its start with a plain consumer, all partitions, no group. Used by one thread. */
final class TopicReader<T extends SpecificRecord> implements AutoCloseable {
    private static final int POLL_RECORDS = 2_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroCodec<T> codec;
    private final List<TopicPartition> partitions;

    TopicReader(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue.Topic<T> topic) {
        Map<String, Object> config = kafka.consumer("berth-demo-" + topic.name());
        config.put("max.poll.records", POLL_RECORDS);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.codec = topic.codec(registry);
        this.partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Hands over what has come, waiting so long for the first.
     *
     * @return how many
     */
    int poll(Duration wait, Consumer<T> each) {
        var records = consumer.poll(wait);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                each.accept(codec.decode(record.value()));
            } catch (UndecodableException e) {
                throw new Failure(
                        "Offset " + record.offset() + " of " + record.topic() + "-" + record.partition()
                                + " is not readable: " + e.getMessage(),
                        e);
            }
        }
        return records.count();
    }

    /** Reads on to where the topic ends now. */
    void readToEnd(Consumer<T> each) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            poll(Duration.ofMillis(100), each);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
