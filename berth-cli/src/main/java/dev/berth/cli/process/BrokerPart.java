package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.BrokerKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.Ports;
import dev.berth.embedded.EmbeddedBroker;
import dev.berth.gateway.registry.RegistryServer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A broker of one node and a schema registry, both on loopback, for development. */
final class BrokerPart implements Part {
    private static final String LOOPBACK = "127.0.0.1";

    private final Settings settings;
    private final Path folder;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile RegistryServer registry;
    private volatile EmbeddedBroker broker;

    BrokerPart(Settings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    @Override
    public void open() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Ports.requireFree(loopback, settings.get(BrokerKeys.KAFKA_PORT), "broker.port", "Kafka");
        Ports.requireFree(loopback, settings.get(BrokerKeys.REGISTRY_PORT), "registry.port", "the schema registry");
        registry = RegistryServer.listen(LOOPBACK, settings.get(BrokerKeys.REGISTRY_PORT), folder.resolve("registry"));
    }

    @Override
    public void start(Assembly assembly) {
        broker = EmbeddedBroker.start(
                new EmbeddedBroker.Config(folder.resolve("broker"), settings.get(BrokerKeys.KAFKA_PORT)));
    }

    @Override
    public List<String> problems() {
        return broker == null ? List.of("the broker starts") : List.of();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void describe(ObjectNode ready) {
        ready.put("kafka", broker.bootstrapServers()).put("schemaRegistry", registry.url());
    }

    @Override
    public void close() {
        EmbeddedBroker started = broker;
        if (started != null) {
            started.close();
        }
        RegistryServer listening = registry;
        if (listening != null) {
            listening.close();
        }
    }
}
