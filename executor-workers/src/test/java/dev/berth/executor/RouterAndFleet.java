package dev.berth.executor;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.CodeChunk;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.Decision;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A broker, and all that an executor meets on its topics: deploys, assigns slots, dispatches, and reads what comes back. */
final class RouterAndFleet implements AutoCloseable {
    final EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary());
    final KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
    final SchemaRegistry registry = SchemaRegistry.inMemory();
    final TopicCatalogue topics = new TopicCatalogue("berth.", 2, 8, (short) -1);

    final Map<String, List<Result>> results = new ConcurrentHashMap<>();
    final List<Result> replies = new CopyOnWriteArrayList<>();
    final List<ContainerEvent> containerEvents = new CopyOnWriteArrayList<>();
    final Map<String, InstanceStatus> instances = new ConcurrentHashMap<>();
    final AtomicLong resultCount = new AtomicLong();

    private final KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka.producer("test"), new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(kafka.consumer("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final AvroCodec<Dispatch> dispatches = topics.dispatch().codec(registry);
    private final AvroCodec<Result> resultCodec = topics.results().codec(registry);
    private final AvroCodec<Result> replyCodec = topics.replies().codec(registry);
    private final AvroCodec<InstanceStatus> instanceCodec = topics.instances().codec(registry);
    private final AvroCodec<ContainerEvent> eventCodec =
            topics.containerEvents().codec(registry);
    private final Thread reader = new Thread(this::read, "test-reader");
    private final AtomicLong ids = new AtomicLong();
    private long revisions;

    RouterAndFleet() {
        try (Admin admin = Admin.create(kafka.client("test-admin"))) {
            TopicInstaller.install(admin, topics);
        }
        resultCodec.registered();
        replyCodec.registered();
        instanceCodec.registered();
        eventCodec.registered();
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < topics.results().partitions(); i++) {
            all.add(new TopicPartition(topics.results().name(), i));
        }
        for (int i = 0; i < topics.replies().partitions(); i++) {
            all.add(new TopicPartition(topics.replies().name(), i));
        }
        all.add(new TopicPartition(topics.instances().name(), 0));
        all.add(new TopicPartition(topics.containerEvents().name(), 0));
        consumer.assign(all);
        consumer.seekToBeginning(all);
        reader.start();
    }

    /** The fleet's answer to an instance that has announced itself. */
    Assignment assign(String instanceId, int slot, long epoch) {
        Awaitility.await("announcement of " + instanceId)
                .atMost(Duration.ofSeconds(20))
                .until(() -> instances.containsKey(instanceId)
                        && instances.get(instanceId).getEpoch() < epoch);
        return say(instanceId, instances.get(instanceId).getIncarnation(), slot, epoch, AssignmentState.LIVE);
    }

    Assignment say(String instanceId, String incarnation, int slot, long epoch, AssignmentState state) {
        Assignment assignment =
                new Assignment(instanceId, incarnation, slot, epoch, state, System.currentTimeMillis(), -1L);
        send(
                topics.fleet().name(),
                0,
                instanceId,
                topics.fleet().codec(registry).encode(assignment));
        return assignment;
    }

    FunctionVersion deploy(String name, String runtime, String handler, int timeoutMs, byte[] zip) {
        return deploy(name, runtime, handler, timeoutMs, zip, sha256(zip));
    }

    FunctionVersion deploy(String name, String runtime, String handler, int timeoutMs, byte[] zip, String sha256) {
        FunctionVersion version = FunctionVersion.newBuilder()
                .setVersion("$LATEST")
                .setRevision(++revisions)
                .setRuntime(runtime)
                .setHandler(handler)
                .setCode(upload(zip, sha256))
                .setTimeoutMs(timeoutMs)
                .setMemoryMb(128)
                .setEnvironment(Map.of("GREETING", "hello"))
                .build();
        announce(name, version);
        return version;
    }

    /** A package on the code topic. */
    CodeRef upload(byte[] zip) {
        return upload(zip, sha256(zip));
    }

    private CodeRef upload(byte[] zip, String sha256) {
        int chunks = (zip.length + Limits.CODE_CHUNK_BYTES - 1) / Limits.CODE_CHUNK_BYTES;
        long first = 0;
        AvroCodec<CodeChunk> codec = topics.code().codec(registry);
        for (int i = 0; i < chunks; i++) {
            int from = i * Limits.CODE_CHUNK_BYTES;
            int length = Math.min(Limits.CODE_CHUNK_BYTES, zip.length - from);
            CodeChunk chunk = new CodeChunk(sha256, i, chunks, ByteBuffer.wrap(zip, from, length));
            long offset = send(topics.code().name(), 0, sha256 + "/" + i, codec.encode(chunk));
            first = i == 0 ? offset : first;
        }
        return new CodeRef(sha256, (long) zip.length, chunks, first);
    }

    /** Deploys a function anew, changed. */
    FunctionVersion redeploy(String name, FunctionVersion.Builder changed) {
        FunctionVersion version = changed.setRevision(++revisions).build();
        announce(name, version);
        return version;
    }

    void announce(String name, FunctionVersion version) {
        announce("t", name, version);
    }

    void announce(String tenant, String name, FunctionVersion version) {
        FunctionSpec spec = FunctionSpec.newBuilder()
                .setTenant(tenant)
                .setName(name)
                .setLatest(version)
                .build();
        send(
                topics.functions().name(),
                0,
                tenant + "/" + name,
                topics.functions().codec(registry).encode(spec));
    }

    Dispatch order(Assignment to, String function, FunctionVersion version, String key, String payload) {
        return Dispatch.newBuilder()
                .setInvocation(Invocation.newBuilder()
                        .setId("inv-" + ids.incrementAndGet())
                        .setTenant("t")
                        .setFunction(function)
                        .setRoutingValue(key)
                        .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .build())
                .setAttempt(1)
                .setInstanceId(to.getInstanceId())
                .setEpoch(to.getEpoch())
                .setRouterPartition(1)
                .setFunctionVersion(version.getVersion())
                .setRevision(version.getRevision())
                .setPublishedUs(Micros.now())
                .setRoutedUs(Micros.now())
                .setDecision(Decision.newBuilder().setReason("unpinned").build())
                .build();
    }

    /** Sends an order on its way and does not wait. */
    void post(Assignment to, Dispatch dispatch) {
        producer.send(new ProducerRecord<>(
                topics.dispatch().name(),
                to.getSlot(),
                dispatch.getInvocation().getId().getBytes(StandardCharsets.UTF_8),
                dispatches.encode(dispatch)));
    }

    Result await(Dispatch dispatch) {
        String id = dispatch.getInvocation().getId();
        Awaitility.await("result of " + id)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !results.getOrDefault(id, List.of()).isEmpty());
        return results.get(id).get(0);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            reader.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        broker.close();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private long send(String topic, int partition, String key, byte[] value) {
        try {
            return producer.send(new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value))
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    take(record);
                }
            }
        } catch (WakeupException e) {
            return;
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
        if (record.topic().equals(topics.results().name())) {
            Result result = resultCodec.decode(record.value());
            results.computeIfAbsent(result.getInvocationId(), id -> new CopyOnWriteArrayList<>())
                    .add(result);
            resultCount.incrementAndGet();
        } else if (record.topic().equals(topics.replies().name())) {
            replies.add(replyCodec.decode(record.value()));
        } else if (record.topic().equals(topics.instances().name())) {
            InstanceStatus status = instanceCodec.decode(record.value());
            instances.put(status.getInstanceId(), status);
        } else {
            containerEvents.add(eventCodec.decode(record.value()));
        }
    }
}
