package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.BrokerKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.Ports;
import dev.berth.cli.text.Failure;
import dev.berth.embedded.EmbeddedBroker;
import dev.berth.gateway.registry.RegistryServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A broker of one node and a schema registry, for development. */
final class BrokerPart implements Part {
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
        String host = settings.get(BrokerKeys.HOST);
        try {
            InetAddress address = InetAddress.getByName(host);
            Ports.requireFree(address, settings.get(BrokerKeys.KAFKA_PORT), "broker.port", "Kafka");
            Ports.requireFree(address, settings.get(BrokerKeys.REGISTRY_PORT), "registry.port", "the schema registry");
        } catch (UnknownHostException e) {
            throw new Failure("The address broker.host=" + host + " is not known. Give one of this machine.", e);
        }
        registry = RegistryServer.listen(host, settings.get(BrokerKeys.REGISTRY_PORT), folder.resolve("registry"));
    }

    @Override
    public void start(Assembly assembly) {
        String host = settings.get(BrokerKeys.HOST);
        String name = settings.get(BrokerKeys.NAME);
        broker = EmbeddedBroker.start(
                new EmbeddedBroker.Config(folder.resolve("broker"), settings.get(BrokerKeys.KAFKA_PORT))
                        .at(host, name.isEmpty() ? host : name));
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
