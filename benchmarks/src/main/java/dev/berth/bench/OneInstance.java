package dev.berth.bench;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.executor.Executor;
import dev.berth.executor.ExecutorConfig;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.CodeChunk;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.Decision;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.UndecodableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and one executor, which is given its slot and its work by hand: no router and no gateway to be measured along. */
final class OneInstance implements AutoCloseable {
    private static final String ID = "bench";
    private static final int SLOT = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary());
    private final KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private final TopicCatalogue topics = new TopicCatalogue("bench.", 1, 2, (short) -1);
    private final KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka.producer("bench"), new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaConsumer<byte[], byte[]> results;
    private final AvroCodec<Dispatch> dispatches = topics.dispatch().codec(registry);
    private final AvroCodec<Result> resultCodec = topics.results().codec(registry);
    private final Executor executor;
    private long invocations;

    /** What an executor of this benchmark is made from. */
    record Seed(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String id) {}

    OneInstance(Function<Seed, ExecutorConfig> config) throws Exception {
        try (Admin admin = Admin.create(kafka.client("bench-admin"))) {
            TopicInstaller.install(admin, topics);
        }
        resultCodec.registered();
        executor = Executor.start(config.apply(new Seed(kafka, registry, topics, ID)));
        results = consumer(topics.results());
        try (var instances = consumer(topics.instances())) {
            InstanceStatus status = await(
                    instances, topics.instances(), one -> one.getInstanceId().equals(ID));
            Assignment slot = new Assignment(
                    ID, status.getIncarnation(), SLOT, 1L, AssignmentState.LIVE, System.currentTimeMillis(), -1L);
            send(topics.fleet(), 0, ID, slot);
        }
        executor.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Makes a function of the runtime provided. */
    FunctionVersion deploy(String name, Path bootstrap, boolean exclusive) throws IOException {
        byte[] zip = zip(bootstrap);
        String sha256 = sha256(zip);
        long offset = send(topics.code(), 0, sha256 + "/0", new CodeChunk(sha256, 0, 1, ByteBuffer.wrap(zip)));
        FunctionVersion version = FunctionVersion.newBuilder()
                .setVersion("$LATEST")
                .setRevision(1)
                .setRuntime("provided")
                .setHandler("bootstrap")
                .setCode(new CodeRef(sha256, (long) zip.length, 1, offset))
                .setTimeoutMs(30_000)
                .setExclusive(exclusive)
                .build();
        send(
                topics.functions(),
                0,
                "t/" + name,
                FunctionSpec.newBuilder()
                        .setTenant("t")
                        .setName(name)
                        .setLatest(version)
                        .build());
        return version;
    }

    /** Runs one invocation and waits for its result. */
    Result invoke(String function, FunctionVersion version, String key) {
        String id = "inv-" + invocations++;
        Dispatch order = Dispatch.newBuilder()
                .setInvocation(Invocation.newBuilder()
                        .setId(id)
                        .setTenant("t")
                        .setFunction(function)
                        .setRoutingValue(key)
                        .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                        .build())
                .setAttempt(1)
                .setInstanceId(ID)
                .setEpoch(1L)
                .setRouterPartition(0)
                .setFunctionVersion(version.getVersion())
                .setRevision(version.getRevision())
                .setPublishedUs(Micros.now())
                .setRoutedUs(Micros.now())
                .setDecision(Decision.newBuilder().setReason("unpinned").build())
                .build();
        producer.send(new ProducerRecord<>(
                topics.dispatch().name(), SLOT, id.getBytes(StandardCharsets.UTF_8), dispatches.encode(order)));
        Result result =
                await(results, topics.results(), one -> one.getInvocationId().equals(id));
        if (result.getStatus() != ResultStatus.SUCCEEDED) {
            throw new IllegalStateException(result.getErrorType() + ": " + result.getErrorMessage());
        }
        return result;
    }

    @Override
    public void close() {
        executor.close();
        results.close();
        producer.close();
        broker.close();
    }

    private KafkaConsumer<byte[], byte[]> consumer(TopicCatalogue.Topic<?> topic) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer("bench"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private <T extends SpecificRecord> T await(
            KafkaConsumer<byte[], byte[]> consumer, TopicCatalogue.Topic<T> topic, Predicate<T> wanted) {
        AvroCodec<T> codec = topic.codec(registry);
        long ends = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < ends) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                try {
                    T value = codec.decode(record.value());
                    if (wanted.test(value)) {
                        return value;
                    }
                } catch (UndecodableException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        throw new IllegalStateException("Nothing came on " + topic.name() + " within " + PATIENCE);
    }

    private <T extends SpecificRecord> long send(TopicCatalogue.Topic<T> topic, int partition, String key, T value) {
        byte[] encoded = topic.codec(registry).encode(value);
        try {
            return producer.send(new ProducerRecord<>(
                            topic.name(), partition, key.getBytes(StandardCharsets.UTF_8), encoded))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] zip(Path bootstrap) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("bootstrap"));
            zip.write(Files.readAllBytes(bootstrap));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
