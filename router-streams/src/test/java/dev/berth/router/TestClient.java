package dev.berth.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Pin;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** A publisher and reader of the topics, as any Kafka client could be. */
final class TestClient implements AutoCloseable {
    private final KafkaSettings kafka;
    private final SchemaRegistry registry;
    private final TopicCatalogue topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroCodec<Invocation> invocations;

    TestClient(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics) {
        this.kafka = kafka;
        this.registry = registry;
        this.topics = topics;
        this.producer =
                new KafkaProducer<>(kafka.producer("test"), new ByteArraySerializer(), new ByteArraySerializer());
        this.invocations = topics.invocations().codec(registry);
    }

    void deploy(String name, long revision) throws Exception {
        FunctionVersion version = FunctionVersion.newBuilder()
                .setVersion("$LATEST")
                .setRevision(revision)
                .setRuntime("python3")
                .setHandler("app.handler")
                .setCode(new CodeRef("00", 0L, 0, 0L))
                .build();
        FunctionSpec spec = FunctionSpec.newBuilder()
                .setTenant("default")
                .setName(name)
                .setLatest(version)
                .build();
        byte[] value = topics.functions().codec(registry).encode(spec);
        send(topics.functions().name(), "default/" + name, value);
    }

    void send(String topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value))
                .get();
    }

    Outcome run(String function, String routingValue) throws Exception {
        return await(publish(function, routingValue, 1).get(0));
    }

    List<String> publish(String function, String routingValue, int count) throws Exception {
        List<String> ids = IntStream.range(0, count)
                .mapToObj(i -> UUID.randomUUID().toString())
                .toList();
        for (String id : ids) {
            publish(id, function, routingValue, new RoutingKey("default", function, routingValue).text());
        }
        producer.flush();
        return ids;
    }

    void publish(String id, String function, String routingValue, String recordKey) throws Exception {
        Invocation invocation = Invocation.newBuilder()
                .setId(id)
                .setBusyPolicy(BusyPolicy.WAIT)
                .setFunction(function)
                .setRoutingValue(routingValue)
                .setPayload(ByteBuffer.wrap(new byte[] {'{', '}'}))
                .build();
        producer.send(new ProducerRecord<>(
                topics.invocations().name(), recordKey.getBytes(UTF_8), invocations.encode(invocation)));
    }

    Outcome await(String id) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> outcomesById().get(id), found -> found != null)
                .get(0);
    }

    Map<String, List<Outcome>> outcomesById() {
        Map<String, List<Outcome>> found = new HashMap<>();
        readAll(
                topics.outcomes(),
                (key, outcome) ->
                        found.computeIfAbsent(key, k -> new ArrayList<>()).add(outcome));
        return found;
    }

    Map<String, Pin> pins() {
        Map<String, Pin> found = new HashMap<>();
        readAll(topics.pins(), found::put);
        return found;
    }

    /** Ids of invocations that the routers would find in flight if they started now. */
    Set<String> inFlight() {
        Set<String> ids = new HashSet<>();
        readAll(topics.inFlight().name(), topics.partitions(), record -> {
            if (record.value() == null) {
                ids.remove(record.key());
            } else {
                ids.add(record.key());
            }
        });
        return ids;
    }

    <T extends SpecificRecord> List<T> readAll(TopicCatalogue.Topic<T> topic) {
        List<T> found = new ArrayList<>();
        readAll(topic, (key, value) -> found.add(value));
        return found;
    }

    private <T extends SpecificRecord> void readAll(TopicCatalogue.Topic<T> topic, BiConsumer<String, T> each) {
        AvroCodec<T> codec = topic.codec(registry);
        readAll(topic.name(), topic.partitions(), record -> {
            try {
                if (record.value() != null) {
                    each.accept(record.key(), codec.decode(record.value()));
                }
            } catch (UndecodableException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void readAll(String topic, int count, Consumer<ConsumerRecord<String, byte[]>> each) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer("reader"), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, count)
                    .mapToObj(p -> new TopicPartition(topic, p))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(each);
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
