package dev.berth.bench.events;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import dev.berth.schemas.UndecodableException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes a burst, reads it with a plain consumer, then lets a trigger take it, and watches how fast that goes and what memory it
 * takes. The triggers run in this process, so that its heap is theirs too.
 */
public final class EventBurst {
    /** Where the events lie. */
    public static final String TOPIC = "bench-burst";

    private static final int PARTITIONS = 8;
    private static final int PLAIN_ROUNDS = 3;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long HEAP_EACH_NS = TimeUnit.SECONDS.toNanos(3);
    private static final double FROM = 0.1;
    private static final double UNTIL = 0.9;
    private static final double MB = 1024.0 * 1024;

    private final KafkaSettings kafka;
    private final SchemaRegistry registry;
    private final TopicCatalogue topics;
    private final Consumer<String> progress;

    /**
     * What to publish.
     *
     * @param batchSize of the trigger
     */
    public record Plan(int events, int keys, int batchSize) {}

    /**
     * What came of it.
     *
     * @param plainPerSecond records a second of a plain consumer, the median of three
     * @param perSecond events a second through the trigger, from a tenth to nine tenths of them
     * @param heapMb after a full collection, each three seconds of that time
     * @param mostInFlight of what was sampled
     * @param failed records given up
     */
    public record Result(
            Plan plan,
            double publishPerSecond,
            double plainPerSecond,
            double perSecond,
            double seconds,
            List<Double> heapMb,
            int mostInFlight,
            long failed,
            List<String> bottlenecks) {}

    public EventBurst(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, Consumer<String> progress) {
        this.kafka = kafka;
        this.registry = registry;
        this.topics = topics;
        this.progress = progress;
    }

    /** Runs it into a function that is deployed. */
    public Result run(Plan plan, String function) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(kafka.client("bench-events"))) {
            List<NewTopic> made = List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty()));
            admin.createTopics(made).all().get();
            TopicInstaller.awaitLed(admin, made);
        }
        progress.accept("publishing " + plan.events() + " events over " + plan.keys() + " keys");
        double published = publish(plan);
        progress.accept("a plain consumer reads them");
        List<Double> plain = new ArrayList<>();
        for (int i = 0; i < PLAIN_ROUNDS; i++) {
            plain.add(plain(plan.events()));
        }
        plain.sort(null);
        progress.accept("a trigger takes them");
        return trigger(plan, function, published, plain.get(PLAIN_ROUNDS / 2));
    }

    private double publish(Plan plan) {
        var settings = kafka.producer("bench-burst");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        long startNs = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < plan.events(); i++) {
                String value = "{\"event\":" + i + ",\"kind\":\"small\",\"amount\":12.5}";
                producer.send(new ProducerRecord<>(TOPIC, bytes("key-" + i % plan.keys()), bytes(value)));
            }
        }
        return plan.events() / seconds(startNs);
    }

    private double plain(int events) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(TOPIC, PARTITIONS);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long startNs = System.nanoTime();
            int read = 0;
            while (read < events) {
                read += consumer.poll(POLL).count();
            }
            return events / seconds(startNs);
        }
    }

    private Result trigger(Plan plan, String function, double published, double plain)
            throws InterruptedException, ExecutionException {
        long nowMs = System.currentTimeMillis();
        Trigger trigger = Trigger.newBuilder()
                .setTenant("default")
                .setUuid("bench-" + nowMs)
                .setFunction(function)
                .setTopics(List.of(TOPIC))
                .setState(TriggerState.ENABLED)
                .setStart(StartingPosition.TRIM_HORIZON)
                .setBatchSize(plan.batchSize())
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs)
                .build();
        AvroCodec<TriggerStatus> codec = topics.triggerStatus().codec(registry);
        String key = trigger.getTenant() + '/' + trigger.getUuid();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        List<Double> heapMb = new ArrayList<>();
        List<String> bottlenecks = new ArrayList<>();
        TriggerStatus first = null;
        TriggerStatus last = null;
        int mostInFlight = 0;
        long failed = 0;
        long heapNs = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        kafka.producer("bench-trigger"), new ByteArraySerializer(), new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> statuses = consumer()) {
            List<TopicPartition> status = partitions(topics.triggerStatus().name(), 1);
            statuses.assign(status);
            statuses.seekToEnd(status);
            statuses.position(status.get(0));
            put(producer, key, topics.triggers().codec(registry).encode(trigger));
            long startNs = System.nanoTime();
            boolean done = false;
            while (!done) {
                for (ConsumerRecord<byte[], byte[]> row : statuses.poll(POLL)) {
                    TriggerStatus said = decoded(codec, row);
                    if (said == null || !said.getUuid().equals(trigger.getUuid())) {
                        continue;
                    }
                    mostInFlight = Math.max(mostInFlight, said.getInFlight());
                    failed = said.getFailed();
                    done = committed(said) >= plan.events();
                    bottlenecks.add(said.getBottleneck());
                    if (said.getDone() >= plan.events() * FROM && first == null) {
                        first = said;
                    }
                    if (said.getDone() <= plan.events() * UNTIL) {
                        last = said;
                    }
                }
                if (first != null && System.nanoTime() - heapNs > HEAP_EACH_NS) {
                    heapNs = System.nanoTime();
                    System.gc();
                    heapMb.add(Math.round(memory.getHeapMemoryUsage().getUsed() / MB * 10) / 10.0);
                }
            }
            double seconds = seconds(startNs);
            put(producer, key, null);
            double span = first == null || last == null ? 0 : last.getAtMs() - first.getAtMs();
            double perSecond =
                    span <= 0 ? plan.events() / seconds : (last.getDone() - first.getDone()) * 1_000.0 / span;
            return new Result(plan, published, plain, perSecond, seconds, heapMb, mostInFlight, failed, bottlenecks);
        }
    }

    private static long committed(TriggerStatus said) {
        return said.getPartitions().stream()
                .mapToLong(TriggerPartition::getCommitted)
                .sum();
    }

    private void put(KafkaProducer<byte[], byte[]> producer, String key, byte[] value)
            throws InterruptedException, ExecutionException {
        producer.send(new ProducerRecord<>(topics.triggers().name(), bytes(key), value))
                .get();
    }

    private static TriggerStatus decoded(AvroCodec<TriggerStatus> codec, ConsumerRecord<byte[], byte[]> row) {
        try {
            return row.value() == null ? null : codec.decode(row.value());
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.consumer("bench-events"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static double seconds(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
