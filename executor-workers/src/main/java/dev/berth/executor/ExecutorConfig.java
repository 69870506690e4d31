package dev.berth.executor;

import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.executor.logs.LogLimits;
import dev.berth.executor.pool.PoolLimits;
import dev.berth.executor.pool.PrewarmRule;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What an executor is told.
 *
 * @param instanceId its name in the fleet, kept over restarts; letters, digits, hyphens and underscores
 * @param dataDir its own directory, for code and containers
 * @param slots invocations that run at a time
 * @param memoryMb memory of all its containers together
 * @param limits the pool's patience; by default {@link PoolLimits#of}
 * @param pauseQueued waiting invocations above which it stops reading dispatches; it goes on at half
 * @param pauseQueuedBytes the same for the payload of those that wait
 * @param drainTimeout how long a close waits for invocations that run
 * @param docker what containers in Docker get
 * @param logs how much of what containers print is kept
 * @param grants what functions may have of this instance beyond that
 * @param prewarm which containers without code it keeps ready
 * @param telemetry what it counts with
 */
public record ExecutorConfig(
        String instanceId,
        KafkaSettings kafka,
        SchemaRegistry registry,
        TopicCatalogue topics,
        ContainerBackend containers,
        Path dataDir,
        int slots,
        int memoryMb,
        PoolLimits limits,
        int pauseQueued,
        long pauseQueuedBytes,
        Duration drainTimeout,
        DockerSettings docker,
        LogLimits logs,
        InstanceGrants grants,
        List<PrewarmRule> prewarm,
        Telemetry telemetry) {
    private static final int PAUSE_QUEUED = 1_000;
    private static final long PAUSE_QUEUED_BYTES = 64L * 1024 * 1024;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

    public ExecutorConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(containers, "containers");
        Objects.requireNonNull(dataDir, "dataDir");
        Objects.requireNonNull(docker, "docker");
        Objects.requireNonNull(logs, "logs");
        Objects.requireNonNull(grants, "grants");
        Objects.requireNonNull(telemetry, "telemetry");
        prewarm = List.copyOf(prewarm);
        for (PrewarmRule rule : prewarm) {
            if (rule.memoryMb() > memoryMb) {
                throw new IllegalArgumentException("Containers of " + rule.memoryMb()
                        + " MB cannot be prewarmed on an instance that has " + memoryMb + " MB for containers");
            }
            if (!Prewarmable.isRuntime(rule.runtime())) {
                throw new IllegalArgumentException("No containers of the runtime '" + rule.runtime()
                        + "' can be prewarmed; of python3, nodejs, java and provided they can");
            }
        }
        if (!RoutingKey.isValidName(instanceId)) {
            throw new IllegalArgumentException(
                    "An instance id is 1 to 64 letters, digits, hyphens or underscores, not '" + instanceId + "'");
        }
    }

    /** With the usual limits. */
    public ExecutorConfig(
            String instanceId,
            KafkaSettings kafka,
            SchemaRegistry registry,
            TopicCatalogue topics,
            ContainerBackend containers,
            Path dataDir,
            int slots,
            int memoryMb) {
        this(
                instanceId,
                kafka,
                registry,
                topics,
                containers,
                dataDir,
                slots,
                memoryMb,
                PoolLimits.of(slots, memoryMb),
                PAUSE_QUEUED,
                PAUSE_QUEUED_BYTES,
                DRAIN_TIMEOUT,
                DockerSettings.USUAL,
                LogLimits.USUAL,
                InstanceGrants.NONE,
                List.of(),
                Telemetry.none());
    }

    /** The same with other patience. */
    public ExecutorConfig withLimits(PoolLimits other) {
        return with(other, drainTimeout, docker, logs, grants, prewarm, telemetry);
    }

    /** The same with other settings for containers in Docker. */
    public ExecutorConfig withDocker(DockerSettings settings) {
        return with(limits, drainTimeout, settings, logs, grants, prewarm, telemetry);
    }

    /** The same with other limits for what containers print. */
    public ExecutorConfig withLogs(LogLimits other) {
        return with(limits, drainTimeout, docker, other, grants, prewarm, telemetry);
    }

    /** The same with other grants. */
    public ExecutorConfig withGrants(InstanceGrants given) {
        return with(limits, drainTimeout, docker, logs, given, prewarm, telemetry);
    }

    /** The same with other containers kept ready without code. */
    public ExecutorConfig withPrewarm(List<PrewarmRule> rules) {
        return with(limits, drainTimeout, docker, logs, grants, rules, telemetry);
    }

    /** The same with other patience for what runs when it is closed. */
    public ExecutorConfig withDrainTimeout(Duration other) {
        return with(limits, other, docker, logs, grants, prewarm, telemetry);
    }

    /** The same, counting with this. */
    public ExecutorConfig withTelemetry(Telemetry other) {
        return with(limits, drainTimeout, docker, logs, grants, prewarm, other);
    }

    private ExecutorConfig with(
            PoolLimits otherLimits,
            Duration otherDrainTimeout,
            DockerSettings otherDocker,
            LogLimits otherLogs,
            InstanceGrants otherGrants,
            List<PrewarmRule> otherPrewarm,
            Telemetry otherTelemetry) {
        return new ExecutorConfig(
                instanceId,
                kafka,
                registry,
                topics,
                containers,
                dataDir,
                slots,
                memoryMb,
                otherLimits,
                pauseQueued,
                pauseQueuedBytes,
                otherDrainTimeout,
                otherDocker,
                otherLogs,
                otherGrants,
                otherPrewarm,
                otherTelemetry);
    }
}
