package dev.berth.router;

import dev.berth.router.core.RouterLimits;
import dev.berth.router.fleet.FleetLimits;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a router needs.
 *
 * @param stateDir for the local copies of its state stores; may be lost, at the price of a longer start
 * @param threads stream threads; more than the catalogue's partitions are idle
 * @param telemetry what it counts with
 */
public record RouterConfig(
        KafkaSettings kafka,
        SchemaRegistry registry,
        TopicCatalogue topics,
        Path stateDir,
        int threads,
        RouterLimits limits,
        FleetLimits fleetLimits,
        Telemetry telemetry) {
    public RouterConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(stateDir, "stateDir");
        Objects.requireNonNull(telemetry, "telemetry");
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /** One thread, since a second one starts with a rebalance between the two, and the default limits. */
    public static RouterConfig of(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, Path stateDir) {
        return new RouterConfig(
                kafka,
                registry,
                topics,
                stateDir,
                1,
                RouterLimits.defaults(),
                FleetLimits.defaults(),
                Telemetry.none());
    }

    /** The same with other threads, and with patience for instances that say nothing. */
    public RouterConfig with(int otherThreads, FleetLimits other) {
        return new RouterConfig(kafka, registry, topics, stateDir, otherThreads, limits, other, telemetry);
    }

    /** The same, counting with this. */
    public RouterConfig with(Telemetry other) {
        return new RouterConfig(kafka, registry, topics, stateDir, threads, limits, fleetLimits, other);
    }
}
