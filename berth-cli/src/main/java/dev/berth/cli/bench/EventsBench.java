package dev.berth.cli.bench;

import dev.berth.bench.events.EventBurst;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A burst of events into a Berth of its own. Used by one thread; closed by any. */
public final class EventsBench implements AutoCloseable {
    private static final int MEMORY_MB = 128;
    private static final int SLOTS = 16;

    private final EventBurst.Plan plan;
    private final Path data;
    private final Consumer<String> progress;
    private final LocalBerth berth;

    /** @param data an empty folder for all it writes */
    public EventsBench(EventBurst.Plan plan, Path data, Path home, Consumer<String> progress) {
        this.plan = plan;
        this.data = data;
        this.progress = progress;
        ContainerConfig usual = ContainerConfig.USUAL;
        ContainerConfig containers = new ContainerConfig(Duration.ZERO, usual.docker(), usual.grants(), List.of());
        LocalConfig config = new LocalConfig(1, ContainerChoice.PROCESS, 0, 0, data, home, containers)
                .withSize(new LocalConfig.Size(SLOTS, SLOTS * MEMORY_MB));
        this.berth = new LocalBerth(config, progress);
    }

    public EventBurst.Result run() throws Exception {
        berth.start();
        NoopFunction.deploy(new GatewayClient(berth.gatewayUrl()), data, MEMORY_MB, progress);
        return new EventBurst(berth.kafka(), berth.registry(), berth.topics(), progress).run(plan, NoopFunction.NAME);
    }

    @Override
    public void close() {
        berth.close();
    }
}
