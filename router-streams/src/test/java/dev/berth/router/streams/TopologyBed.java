package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.router.core.RouterLimits;
import dev.berth.router.pause.PauseGuard;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Load;
import dev.berth.schemas.Pin;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A router's topology without a broker, with a function and an instance. One partition, since the driver has one. */
abstract class TopologyBed {
    static final TopicCatalogue TOPICS = new TopicCatalogue("berth.", 1, 4, (short) -1);

    @TempDir
    Path state;

    final SchemaRegistry registry = SchemaRegistry.inMemory();
    final OutcomeAcks acks = new OutcomeAcks();
    TopologyTestDriver driver;
    /** The clock by which the process would notice that it slept. */
    long processMs;

    @BeforeEach
    void startWithAFunctionAndAnInstance() {
        start(OutcomeTail.empty());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    byte[] inFlight(String id) {
        return driver.<String, byte[]>getKeyValueStore(RouterStores.IN_FLIGHT).get(id);
    }

    static FunctionSpec.Builder flights() {
        return FunctionSpec.newBuilder()
                .setTenant("default")
                .setName("flights")
                .setLatest(FunctionVersion.newBuilder()
                        .setVersion("$LATEST")
                        .setRevision(1)
                        .setRuntime("python3")
                        .setHandler("app.handler")
                        .setCode(new CodeRef("00", 0L, 0, 0L))
                        .build());
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    void start(OutcomeTail tail) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.routerApplicationId());
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        driver = new TopologyTestDriver(
                RouterTopology.build(
                        TOPICS,
                        registry,
                        new SharedTables(),
                        tail,
                        acks,
                        RouterLimits.defaults(),
                        new RouterMeters(Telemetry.none()),
                        PauseGuard.by(() -> processMs)),
                config,
                Instant.now());
        table(TOPICS.functions(), "default/flights", flights().build());
        table(TOPICS.fleet(), "i1", new Assignment("i1", "p", 3, 7L, AssignmentState.LIVE, 0L, -1L));
        table(
                TOPICS.instances(),
                "i1",
                InstanceStatus.newBuilder()
                        .setInstanceId("i1")
                        .setIncarnation("p")
                        .setEpoch(7)
                        .setState(InstanceState.RUNNING)
                        .setHost("h")
                        .setContainerRuntime("none")
                        .setSlots(4)
                        .setMemoryMb(512)
                        .setLoad(new Load(0, 0, 0, 0, 0))
                        .setSentMs(0)
                        .build());
    }

    <T extends SpecificRecord> void table(TopicCatalogue.Topic<T> topic, String key, T value) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, topic.codec(registry).encode(value));
    }

    static Invocation invocation(String id, String routingValue, Integer replyTo) {
        return Invocation.newBuilder()
                .setId(id)
                .setFunction("flights")
                .setRoutingValue(routingValue)
                .setPayload(ByteBuffer.wrap("{\"a\":1}".getBytes(UTF_8)))
                .setReplyTo(replyTo)
                .build();
    }

    void publish(Invocation invocation) {
        String key = RoutingKey.of(invocation).map(RoutingKey::text).orElse(null);
        driver.createInputTopic(TOPICS.invocations().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, TOPICS.invocations().codec(registry).encode(invocation));
    }

    void pipe(byte[] value) {
        driver.createInputTopic(TOPICS.invocations().name(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>("k".getBytes(UTF_8), value));
    }

    void answer(Dispatch dispatch, ResultStatus status, String container) {
        Result result = Result.newBuilder()
                .setInvocationId(dispatch.getInvocation().getId())
                .setAttempt(dispatch.getAttempt())
                .setTenant("default")
                .setFunction("flights")
                .setRoutingValue(dispatch.getInvocation().getRoutingValue())
                .setStatus(status)
                .setInstanceId(dispatch.getInstanceId())
                .setEpoch(dispatch.getEpoch())
                .setContainerId(container)
                .setReuse(Reuse.COLD)
                .setTimings(Timings.newBuilder().build())
                .build();
        driver.createInputTopic(TOPICS.results().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("k", TOPICS.results().codec(registry).encode(result));
    }

    <T extends SpecificRecord> List<T> read(TopicCatalogue.Topic<T> topic) {
        TestOutputTopic<String, byte[]> output =
                driver.createOutputTopic(topic.name(), new StringDeserializer(), new ByteArrayDeserializer());
        AvroCodec<T> codec = topic.codec(registry);
        return output.readValuesToList().stream()
                .map(bytes -> codec.serde().deserializer().deserialize(topic.name(), bytes))
                .toList();
    }

    Pin pin(String routingKey) {
        byte[] value =
                driver.<String, byte[]>getKeyValueStore(RouterStores.PINS).get(routingKey);
        return TOPICS.pins().codec(registry).serde().deserializer().deserialize("", value);
    }

    static String text(ByteBuffer buffer) {
        return UTF_8.decode(buffer.duplicate()).toString();
    }
}
