package dev.berth.cli.bench;

import dev.berth.bench.events.EventBurst;
import dev.berth.bench.replay.ReplayRate;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A burst of events into a Berth of its own, and a replay of the same events. Used by one thread; closed by any. */
public final class EventsBench implements AutoCloseable {
    private static final int MEMORY_MB = 128;
    private static final int SLOTS = 16;

    private final EventBurst.Plan plan;
    private final Path data;
    private final Consumer<String> progress;
    private final LocalBerth berth;

    /**
     * What came of it.
     *
     * @param replayedPerSecond events a second, from when the replay was asked for to the last outcome
     */
    public record Measured(EventBurst.Result burst, double replayedPerSecond) {}

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

    /** Runs both, the burst first. */
    public Measured run() throws Exception {
        berth.start();
        GatewayClient gateway = new GatewayClient(berth.gatewayUrl());
        NoopFunction.deploy(gateway, data, MEMORY_MB, progress);
        EventBurst.Result burst =
                new EventBurst(berth.kafka(), berth.registry(), berth.topics(), progress).run(plan, NoopFunction.NAME);
        progress.accept("a replay runs the same");
        try (ReplayRate rate = new ReplayRate(berth.kafka(), berth.registry(), berth.topics())) {
            String request = Json.line(Json.object()
                    .put("source", "topic")
                    .put("topic", EventBurst.TOPIC)
                    .put("fromOffset", 0)
                    .put("into", NoopFunction.NAME));
            long startNs = System.nanoTime();
            String id = GatewayClient.required(
                            gateway.send("POST", "/replays", request.getBytes(StandardCharsets.UTF_8), Map.of()))
                    .json()
                    .path("id")
                    .asText();
            return new Measured(burst, rate.replayed(id, plan.events(), startNs));
        }
    }

    @Override
    public void close() {
        berth.close();
    }
}
