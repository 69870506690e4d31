package dev.berth.triggers;

import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.util.Objects;

/**
 * What a process that serves triggers and destinations is to be. Any number of them share the work.
 *
 * @param worker names it in the triggers' status; of this process alone
 * @param heldBytes how much of records that are not finished it holds in memory, over all triggers
 * @param seed of the chance in waits between retries
 */
public record TriggersConfig(
        KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String worker, long heldBytes, long seed) {
    /** 64 MB. */
    public static final long DEFAULT_HELD_BYTES = 64L * 1024 * 1024;

    private static final long LEAST_HELD_BYTES = 1024 * 1024;

    public TriggersConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(worker, "worker");
        if (heldBytes < LEAST_HELD_BYTES) {
            throw new IllegalArgumentException(
                    "heldBytes must be at least " + LEAST_HELD_BYTES + " (1 MB), not " + heldBytes);
        }
    }

    /** With the usual memory. */
    public static TriggersConfig of(
            KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String worker) {
        return new TriggersConfig(kafka, registry, topics, worker, DEFAULT_HELD_BYTES, worker.hashCode());
    }

    /** The same with other memory. */
    public TriggersConfig holding(long bytes) {
        return new TriggersConfig(kafka, registry, topics, worker, bytes, seed);
    }
}
