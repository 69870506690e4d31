package dev.berth.cli.local;

import dev.berth.executor.ContainerBackend;
import dev.berth.executor.Executor;
import dev.berth.executor.ExecutorConfig;
import dev.berth.replay.ReplayConfig;
import dev.berth.replay.ReplayWorker;
import dev.berth.router.Router;
import dev.berth.router.RouterConfig;
import dev.berth.router.fleet.FleetLimits;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.telemetry.Telemetry;
import dev.berth.triggers.Triggers;
import dev.berth.triggers.TriggersConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * What the parts of one installation share, and how each is put together on it: the one place for that, whether they run in one
 * process ({@code up}) or in one each.
 */
public record Assembly(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, Telemetry telemetry) {
    /**
     * One instance.
     *
     * @param drainTimeout how long a stop lets invocations run on; empty for the usual
     */
    public record Instance(
            String id,
            ContainerBackend containers,
            int slots,
            int memoryMb,
            ContainerConfig container,
            Optional<Duration> drainTimeout) {
        /** With the usual patience when it stops. */
        public Instance(String id, ContainerBackend containers, int slots, int memoryMb, ContainerConfig container) {
            this(id, containers, slots, memoryMb, container, Optional.empty());
        }
    }

    /**
     * Makes the topics that are missing.
     *
     * @throws IllegalStateException if they are others than configured, or may not be made
     */
    public void installTopics() {
        try (Admin admin = Admin.create(kafka.client("berth-topics"))) {
            TopicInstaller.install(admin, topics);
        }
    }

    /** Starts a router with the usual threads and limits, that keeps its files in a folder. */
    public Router router(Path folder) {
        return Router.start(RouterConfig.of(kafka, registry, topics, folder).with(telemetry));
    }

    /** Starts a router with others. */
    public Router router(Path folder, int threads, FleetLimits fleet) {
        return Router.start(RouterConfig.of(kafka, registry, topics, folder)
                .with(threads, fleet)
                .with(telemetry));
    }

    /** Starts the triggers and destinations of a process, which holds so much of unfinished records. */
    public Triggers triggers(String worker, long heldBytes) {
        return Triggers.start(TriggersConfig.of(kafka, registry, topics, worker).holding(heldBytes));
    }

    /** Starts what carries out replays, in one of all processes that have it. */
    public ReplayWorker replays(String worker) {
        return ReplayWorker.start(ReplayConfig.of(kafka, registry, topics, worker));
    }

    /** Starts an executor that keeps its files in a folder. */
    public Executor executor(Instance instance, Path folder) {
        ExecutorConfig config = instance.container()
                .on(new ExecutorConfig(
                        instance.id(),
                        kafka,
                        registry,
                        topics,
                        instance.containers(),
                        folder,
                        instance.slots(),
                        instance.memoryMb()))
                .withTelemetry(telemetry);
        return Executor.start(
                instance.drainTimeout().map(config::withDrainTimeout).orElse(config));
    }
}
