package dev.berth.gateway.testbed;

import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** A gateway that is connected to the shared broker, with topics of its own, and a played fleet behind it. */
public final class GatewayBed implements AutoCloseable {
    public final TopicCatalogue topics;
    public final KafkaSettings kafka;
    public final Path dataDir;
    public final GatewayConfig.Bounds bounds;
    public Gateway gateway;
    public SchemaRegistry registry;
    public Http http;
    public PlayedFleet fleet;

    private GatewayBed(KafkaSettings kafka, TopicCatalogue topics, Path dataDir, GatewayConfig.Bounds bounds) {
        this.topics = topics;
        this.dataDir = dataDir;
        this.bounds = bounds;
        this.kafka = kafka;
    }

    public static GatewayBed start(Path dataDir) throws Exception {
        return start(dataDir, GatewayConfig.Bounds.defaults());
    }

    public static GatewayBed start(Path dataDir, GatewayConfig.Bounds bounds) throws Exception {
        return start(KafkaSettings.at(SharedBroker.bootstrapServers()), dataDir, bounds);
    }

    /** On a broker of the test's own. */
    public static GatewayBed start(KafkaSettings kafka, Path dataDir, GatewayConfig.Bounds bounds) throws Exception {
        var topics = new TopicCatalogue("t" + UUID.randomUUID() + ".", 2, 2, (short) -1);
        GatewayBed bed = new GatewayBed(kafka, topics, dataDir, bounds);
        try (Admin admin = Admin.create(bed.kafka.client("bed"))) {
            TopicInstaller.install(admin, topics);
        }
        bed.startGateway();
        bed.fleet = new PlayedFleet(bed.kafka, topics, bed.registry);
        return bed;
    }

    /** Starts the gateway, once more on the same port, topics and data. */
    public void startGateway() throws Exception {
        int port = gateway == null ? 0 : gateway.port();
        gateway = Gateway.listen(new GatewayConfig("127.0.0.1", port, topics, dataDir, OptionalInt.empty(), bounds));
        registry = SchemaRegistry.connect(gateway.url());
        gateway.connect(kafka, registry).get(60, TimeUnit.SECONDS);
        http = new Http(gateway.url());
    }

    /** Deploys a function with a small package. */
    public Http.Reply deploy(String name) {
        return http.post("/2015-03-31/functions", Zips.create(name, Zips.handler("def handler(e, c): return e")));
    }

    @Override
    public void close() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        gateway.close();
    }
}
