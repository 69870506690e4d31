package dev.berth.bench.invoke;

import dev.berth.schemas.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The least that Kafka lets a routed call cost: a producer, a Kafka Streams application that writes each record to one store
 * (with its changelog) and passes it on, a relay that reads and writes it once more, and a consumer. The settings are those of
 * Berth's router.
 */
public final class ThreeHops implements Way {
    private static final String STORE = "seen";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final String in = "bench-in-" + UUID.randomUUID();
    private final String middle = in.replace("-in-", "-middle-");
    private final String out = in.replace("-in-", "-out-");
    private final byte[] payload;
    private final KafkaProducer<String, byte[]> producer;
    private final Answers answers;

    /**
     * Makes its topics and starts its parts.
     *
     * @param partitions of its topics
     * @param payload of each record
     * @param stateDir for its store
     */
    public ThreeHops(KafkaSettings kafka, int partitions, byte[] payload, Path stateDir) throws Exception {
        this.payload = payload;
        try (Admin admin = Admin.create(kafka.client("bench"))) {
            admin.createTopics(List.of(
                            new NewTopic(in, partitions, (short) -1),
                            new NewTopic(middle, 1, (short) -1),
                            new NewTopic(out, 1, (short) -1)))
                    .all()
                    .get(START.toSeconds(), TimeUnit.SECONDS);
        }
        try {
            producer = opened(producer(kafka, "bench-source"));
            startStreams(kafka, stateDir);
            opened(new Relay(kafka));
            answers = opened(new Answers(kafka.consumer("bench-out"), List.of(new TopicPartition(out, 0))));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return THREE_HOPS;
    }

    @Override
    public Client client(int number) {
        return new Numbered(number, key -> {
            CompletableFuture<byte[]> answer = answers.expect(key);
            producer.send(new ProducerRecord<>(in, key, payload));
            Answers.await(answer);
        });
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private static KafkaProducer<String, byte[]> producer(KafkaSettings kafka, String name) {
        return new KafkaProducer<>(kafka.producer(name), new StringSerializer(), new ByteArraySerializer());
    }

    private void startStreams(KafkaSettings kafka, Path stateDir) throws Exception {
        Topology topology = new Topology();
        var strings = Serdes.String();
        var bytes = Serdes.ByteArray();
        topology.addSource("in", strings.deserializer(), bytes.deserializer(), in)
                .addProcessor("pass", Passing::new, "in")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), strings, bytes)
                                .withCachingDisabled(),
                        "pass")
                .addSink("out", middle, strings.serializer(), bytes.serializer(), "pass");
        Properties p = new Properties();
        p.putAll(kafka.client("bench-pass"));
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, in);
        p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        p.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        p.put(StreamsConfig.POLL_MS_CONFIG, 20L);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 1);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
        KafkaStreams streams = new KafkaStreams(topology, p);
        parts.push(() -> streams.close(CLOSE));
        CompletableFuture<Void> running = new CompletableFuture<>();
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                running.complete(null);
            }
        });
        streams.start();
        running.get(START.toSeconds(), TimeUnit.SECONDS);
    }

    private static final class Passing implements Processor<String, byte[], String, byte[]> {
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, byte[]> store;

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            store = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> call) {
            store.put(call.key(), call.value());
            context.forward(call);
        }
    }

    /** Reads and writes, as an executor does around its container. */
    private final class Relay implements AutoCloseable {
        private final KafkaProducer<String, byte[]> onward;
        private final Answers reading;

        Relay(KafkaSettings kafka) {
            onward = producer(kafka, "bench-relay");
            reading = new Answers(
                    kafka.consumer("bench-relay"),
                    List.of(new TopicPartition(middle, 0)),
                    each -> onward.send(new ProducerRecord<>(out, 0, each.key(), each.value())));
        }

        @Override
        public void close() throws InterruptedException {
            reading.close();
            onward.close(CLOSE);
        }
    }
}
