package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.CommonKeys;
import dev.berth.cli.config.GatewayKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.local.Ports;
import dev.berth.cli.text.Failure;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.telemetry.Telemetry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A gateway; any number serve alike. It says itself over its own port how it is. */
final class GatewayPart implements Part {
    private static final long MB = 1024L * 1024;

    private final Settings settings;
    private final Path folder;
    private final Telemetry telemetry;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Gateway gateway;

    /** @throws IllegalArgumentException if others could come in without a key and nobody said that they may */
    GatewayPart(Settings settings, Path folder, Telemetry telemetry) {
        this.settings = settings;
        this.telemetry = telemetry;
        this.folder = folder;
        String host = settings.get(GatewayKeys.HOST);
        if (settings.get(GatewayKeys.AUTH) == GatewayKeys.Door.LOOPBACK && !LocalConfig.Door.isLoopback(host)) {
            throw new IllegalArgumentException("http.host=" + host + " lets other machines in, to deploy and run code."
                    + " Set auth=keys, so that they need a key, or auth=open if whoever reaches it may do everything.");
        }
    }

    @Override
    public void open() {
        String host = settings.get(GatewayKeys.HOST);
        int port = settings.get(GatewayKeys.PORT);
        try {
            Ports.requireFree(InetAddress.getByName(host), port, "http.port", "the gateway");
        } catch (UnknownHostException e) {
            throw new Failure("The address http.host=" + host + " is not known. Give one of this machine.", e);
        }
        GatewayConfig.Bounds usual = GatewayConfig.Bounds.defaults();
        gateway = Gateway.listen(new GatewayConfig(
                host,
                port,
                Surroundings.topics(settings),
                LocalBerth.gatewayDir(folder),
                OptionalInt.empty(),
                new GatewayConfig.Bounds(
                        settings.get(GatewayKeys.WAITING),
                        settings.get(GatewayKeys.BODIES_MB) * MB,
                        usual.bodyMs(),
                        usual.idleMs(),
                        usual.startMs(),
                        settings.get(CommonKeys.START_WAIT).toMillis(),
                        settings.get(GatewayKeys.DRAIN).toMillis()),
                settings.get(GatewayKeys.AUTH) == GatewayKeys.Door.KEYS,
                telemetry));
    }

    /** The registry that it uses: known once it is open, since it may be its own. */
    String registryUrl() {
        String told = settings.get(GatewayKeys.REGISTRY);
        return told.equals(GatewayKeys.OWN_REGISTRY) ? gateway.url() : told;
    }

    @Override
    public void start(Assembly assembly) {
        Started.await(gateway.connect(assembly.kafka(), assembly.registry()));
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void describe(ObjectNode ready) {
        ready.put("gateway", gateway.url());
    }

    @Override
    public void close() {
        Gateway opened = gateway;
        if (opened != null) {
            opened.close();
        }
    }
}
