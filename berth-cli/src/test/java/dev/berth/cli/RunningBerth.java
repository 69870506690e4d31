package dev.berth.cli;

import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A local Berth of two instances with process containers, and the command line and Kafka clients to use it with. */
final class RunningBerth implements AutoCloseable {
    static final Path HOME =
            Path.of(System.getProperty("berth.home")).toAbsolutePath().normalize();
    static final Path FIXTURES = Path.of("src/test/resources/functions").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LocalBerth berth;

    RunningBerth(Path dataDir) {
        this(dataDir, ContainerChoice.PROCESS, ContainerConfig.USUAL);
    }

    /** The same with other containers. */
    RunningBerth(Path dataDir, ContainerChoice containers, ContainerConfig container) {
        this(new LocalConfig(2, containers, 0, 0, dataDir, HOME, container));
    }

    /** Any other. */
    RunningBerth(LocalConfig config) {
        this.berth = new LocalBerth(config, progress -> {});
        berth.start();
    }

    LocalBerth berth() {
        return berth;
    }

    /** Runs a client command against it. */
    Ran run(String... args) {
        return Ran.berth(Stream.concat(Arrays.stream(args), Stream.of("--url", berth.gatewayUrl()))
                .toArray(String[]::new));
    }

    /** Publishes raw bytes on the invocations topic, as any Kafka client could. */
    void publish(String key, byte[] value) {
        publishBytes(key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** Publishes raw bytes under a raw key, or under none. */
    void publishBytes(byte[] key, byte[] value) {
        TopicCatalogue.Topic<Invocation> topic = berth.topics().invocations();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                berth.kafka().producer("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Publishes an invocation. */
    void publish(String key, Invocation invocation) {
        publish(key, berth.topics().invocations().codec(berth.registry()).encode(invocation));
    }

    /** The first record of a topic that passes, waited for; empty if none comes. */
    <T extends SpecificRecord> Optional<T> await(TopicCatalogue.Topic<T> topic, Predicate<T> wanted) {
        var codec = topic.codec(berth.registry());
        var partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                berth.kafka().consumer("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadlineNs) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(200))) {
                    T value = codec.decode(row.value());
                    if (wanted.test(value)) {
                        return Optional.of(value);
                    }
                }
            }
            return Optional.empty();
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last row of a key of a topic that is all of one partition. */
    <T extends SpecificRecord> T last(TopicCatalogue.Topic<T> topic, String key) {
        TopicPartition at = new TopicPartition(topic.name(), 0);
        T last = null;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                berth.kafka().consumer("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = consumer.endOffsets(List.of(at)).get(at);
            while (consumer.position(at) < end) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(200))) {
                    if (Arrays.equals(row.key(), key.getBytes(StandardCharsets.UTF_8))) {
                        last = topic.codec(berth.registry()).decode(row.value());
                    }
                }
            }
            return last;
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        berth.close();
    }
}
