package dev.berth.executor;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The logs topic, as the tests read it. */
final class LogTopic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AvroCodec<LogChunk> codec;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<LogChunk> chunks = new ArrayList<>();

    LogTopic(RouterAndFleet world) {
        var topic = world.topics.logs();
        codec = topic.codec(world.registry);
        consumer = new KafkaConsumer<>(
                world.kafka.consumer("test-logs"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < topic.partitions(); i++) {
            all.add(new TopicPartition(topic.name(), i));
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** The chunks that pass, once they are as wanted; as they are when patience ends. */
    List<LogChunk> await(Predicate<LogChunk> which, Predicate<List<LogChunk>> wanted) {
        long endsNs = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<LogChunk> passed = chunks.stream().filter(which).toList();
            if (wanted.test(passed) || System.nanoTime() > endsNs) {
                return passed;
            }
            for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(50))) {
                chunks.add(decoded(row));
            }
        }
    }

    /** The text of an invocation, once it ends so. */
    String textOf(String invocationId, String end) {
        return text(await(
                chunk -> invocationId.equals(chunk.getInvocationId()),
                own -> text(own).endsWith(end)));
    }

    static String text(List<LogChunk> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk ->
                text.append(StandardCharsets.UTF_8.decode(chunk.getPrinted().duplicate())));
        return text.toString();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private LogChunk decoded(ConsumerRecord<byte[], byte[]> row) {
        try {
            return codec.decode(row.value());
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }
}
