package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import dev.berth.schemas.UndecodableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics, triggers and the function of the fixture {@code events}, which writes down what it is given. */
final class EventStage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Function<String[], Ran> commands;
    private final KafkaSettings kafka;
    private final SchemaRegistry registry;
    private final TopicCatalogue topics;
    private final Path files;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    EventStage(
            Function<String[], Ran> commands,
            KafkaSettings kafka,
            SchemaRegistry registry,
            TopicCatalogue topics,
            Path files) {
        this.commands = commands;
        this.kafka = kafka;
        this.registry = registry;
        this.topics = topics;
        this.files = files;
        this.admin = Admin.create(kafka.client("test"));
        this.producer =
                new KafkaProducer<>(kafka.producer("test"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static EventStage of(RunningBerth berth, Path files) {
        return new EventStage(
                berth::run,
                berth.berth().kafka(),
                berth.berth().registry(),
                berth.berth().topics(),
                files);
    }

    Admin admin() {
        return admin;
    }

    /** Deploys the function under a name; its lines are those of this name. */
    void deploy(String name, String... options) {
        List<String> args = new ArrayList<>(
                List.of("deploy", RunningBerth.FIXTURES.resolve("events").toString(), "--name", name));
        args.addAll(List.of("--runtime", "python3", "--handler", "events.handler", "--timeout", "60"));
        args.addAll(List.of("--env", "LOG=" + log(name)));
        args.addAll(List.of(options));
        if (!args.contains("--retry-backoff")) {
            args.addAll(List.of("--retry-backoff", "100ms"));
        }
        Ran ran = commands.apply(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    Ran run(String... args) {
        return commands.apply(args);
    }

    void topic(String name, int partitions) {
        try {
            List<NewTopic> made = List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())
                    .configs(Map.of("max.message.bytes", "3000000")));
            admin.createTopics(made).all().get();
            TopicInstaller.awaitLed(admin, made);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A trigger of a topic for a function; from the topic's beginning, with few retries. */
    Trigger trigger(String topic, String function, Consumer<Trigger.Builder> more) {
        long nowMs = System.currentTimeMillis();
        Trigger.Builder trigger = Trigger.newBuilder()
                .setTenant("default")
                .setUuid(UUID.randomUUID().toString())
                .setFunction(function)
                .setTopics(List.of(topic))
                .setState(TriggerState.ENABLED)
                .setStart(StartingPosition.TRIM_HORIZON)
                .setMaxRetries(1)
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs);
        more.accept(trigger);
        return put(trigger.build());
    }

    Trigger put(Trigger trigger) {
        sendBytes(
                topics.triggers().name(),
                trigger.getTenant() + '/' + trigger.getUuid(),
                topics.triggers().codec(registry).encode(trigger));
        return trigger;
    }

    void delete(Trigger trigger) {
        sendBytes(topics.triggers().name(), trigger.getTenant() + "/" + trigger.getUuid(), null);
    }

    /** Publishes, and waits for it. */
    void sendBytes(String topic, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, bytes(key), value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void send(String topic, String key, String value) {
        sendBytes(topic, key, bytes(value));
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    void flush() {
        producer.flush();
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode json(byte[] text) {
        try {
            return Json.parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log(String function) {
        return files.resolve(function + ".log");
    }

    /** What a function has written down so far. */
    List<JsonNode> lines(String function) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            if (Files.exists(log(function))) {
                for (String line : Files.readAllLines(log(function))) {
                    lines.add(json(bytes(line)));
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same once they are so many. */
    List<JsonNode> lines(String function, int count) {
        await().atMost(PATIENCE).until(() -> lines(function).size() >= count);
        return lines(function);
    }

    /** Waits until all of a topic's records are finished for a trigger: their offsets are committed. */
    void awaitCommitted(Trigger trigger, String topic) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(committed(trigger)).containsAllEntriesOf(ends(topic)));
    }

    Map<TopicPartition, Long> committed(Trigger trigger) {
        try {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            for (Map.Entry<TopicPartition, OffsetAndMetadata> each : admin.listConsumerGroupOffsets(
                            topics.prefix() + "trigger-" + trigger.getUuid())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()) {
                offsets.put(each.getKey(), each.getValue().offset());
            }
            return offsets;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList());
        }
    }

    /** The dead letters of a topic's records, once there are so many. */
    List<DeadLetter> letters(String sourceTopic, int count) {
        return read(topics.deadLetters(), letter -> letter.getSourceTopic().equals(sourceTopic), count);
    }

    /** The last status of a trigger that passes, waited for. */
    TriggerStatus status(Trigger trigger, Predicate<TriggerStatus> wanted) {
        return read(
                        topics.triggerStatus(),
                        status -> status.getUuid().equals(trigger.getUuid()) && wanted.test(status),
                        1)
                .get(0);
    }

    /** Records of one of Berth's topics that pass, once there are so many; all there are then. */
    <T extends SpecificRecord> List<T> read(TopicCatalogue.Topic<T> topic, Predicate<T> wanted, int count) {
        var codec = topic.codec(registry);
        List<T> found = new ArrayList<>();
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            boolean atEnd = false;
            while (System.nanoTime() < deadlineNs && !(atEnd && found.size() >= count)) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(100))) {
                    if (row.value() != null) {
                        T value = codec.decode(row.value());
                        if (wanted.test(value)) {
                            found.add(value);
                        }
                    }
                }
                atEnd = partitions.stream()
                        .allMatch(each -> consumer.currentLag(each).orElse(1) == 0);
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
        assertThat(found).as("records of " + topic.name()).hasSizeGreaterThanOrEqualTo(count);
        return found;
    }

    /** Plain records of a topic, once there are so many. */
    List<ConsumerRecord<byte[], byte[]>> plain(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadlineNs && found.size() < count) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        assertThat(found).as("records of " + topic).hasSizeGreaterThanOrEqualTo(count);
        return found;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(kafka.consumer("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
