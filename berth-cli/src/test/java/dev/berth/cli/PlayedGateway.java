package dev.berth.cli;

import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Load;
import dev.berth.schemas.Pin;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.WarmFunction;
import dev.berth.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A gateway that wants keys, before a fleet that only is on its topics. It has a broker of somebody else's, and topics of its own. */
final class PlayedGateway implements AutoCloseable {
    private final TopicCatalogue topics = new TopicCatalogue("played.", 2, 2, (short) -1);
    private final KafkaSettings kafka;
    private final Path dataDir;
    private final KafkaProducer<String, byte[]> producer;
    private final Map<String, AvroCodec<?>> codecs = new HashMap<>();
    private Gateway gateway;
    private SchemaRegistry registry;

    /** @param dataDir where its keys are */
    PlayedGateway(KafkaSettings kafka, Path dataDir) throws Exception {
        this.kafka = kafka;
        this.dataDir = dataDir;
        try (Admin admin = Admin.create(kafka.client("played"))) {
            TopicInstaller.install(admin, topics);
        }
        this.producer =
                new KafkaProducer<>(kafka.producer("played"), new StringSerializer(), new ByteArraySerializer());
        start(0);
    }

    String page() {
        return gateway.url() + "/ui/";
    }

    /** Instances of the same number of containers each: of two functions, half of them busy. */
    void instances(int count, int containers, int busy) {
        for (int i = 1; i <= count; i++) {
            String id = "i-" + i;
            write(
                    topics.fleet(),
                    id,
                    Assignment.newBuilder()
                            .setInstanceId(id)
                            .setIncarnation("n")
                            .setSlot(i)
                            .setEpoch(i)
                            .setState(AssignmentState.LIVE)
                            .setAssignedMs(1)
                            .build());
            write(
                    topics.instances(),
                    id,
                    InstanceStatus.newBuilder()
                            .setInstanceId(id)
                            .setIncarnation("n")
                            .setEpoch(i)
                            .setState(InstanceState.RUNNING)
                            .setHost("h")
                            .setContainerRuntime("process")
                            .setSlots(containers)
                            .setMemoryMb(128 * containers)
                            .setLoad(new Load(busy, 0, containers, 128 * containers, 0))
                            .setWarm(List.of(WarmFunction.newBuilder()
                                    .setTenant("default")
                                    .setFunction("played")
                                    .setRevision(1)
                                    .setIdle(containers - busy)
                                    .setBusy(busy)
                                    .build()))
                            .setSentMs(System.currentTimeMillis())
                            .build());
        }
        producer.flush();
    }

    /** As many pins, of keys {@code customer-1} and so on. */
    void pins(int count) {
        IntStream.rangeClosed(1, count).forEach(i -> {
            RoutingKey key = new RoutingKey("default", "played", "customer-" + i);
            write(
                    topics.pins(),
                    key.text(),
                    Pin.newBuilder()
                            .setRoutingKey(key.text())
                            .setTenant(key.tenant())
                            .setFunction(key.function())
                            .setRoutingValue(key.value())
                            .setInstanceId("i-" + (i % 10 + 1))
                            .setEpoch(1)
                            .setContainerId("c-" + i % 1_000)
                            .setFunctionVersion("$LATEST")
                            .setRevision(1)
                            .setLastUsedMs(System.currentTimeMillis())
                            .build());
        });
        producer.flush();
    }

    /** Goes away, and comes back at the same address. */
    void restart(Runnable meanwhile) throws Exception {
        int port = gateway.port();
        gateway.close();
        meanwhile.run();
        start(port);
    }

    @Override
    public void close() {
        producer.close();
        gateway.close();
    }

    private void start(int port) throws Exception {
        gateway = Gateway.listen(new GatewayConfig(
                "127.0.0.1",
                port,
                topics,
                dataDir,
                OptionalInt.empty(),
                GatewayConfig.Bounds.defaults(),
                true,
                Telemetry.none()));
        registry = SchemaRegistry.connect(gateway.url());
        gateway.connect(kafka, registry).get(60, TimeUnit.SECONDS);
    }

    private <T extends SpecificRecord> void write(TopicCatalogue.Topic<T> topic, String key, T value) {
        @SuppressWarnings("unchecked") // A codec is kept under the topic of its own type.
        AvroCodec<T> codec = (AvroCodec<T>) codecs.computeIfAbsent(
                topic.name(), first -> topic.codec(registry).registered());
        producer.send(new ProducerRecord<>(topic.name(), key, codec.encode(value)));
    }
}
