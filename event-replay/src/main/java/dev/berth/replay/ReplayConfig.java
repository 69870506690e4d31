package dev.berth.replay;

import dev.berth.replay.read.Topics;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.util.Objects;

/**
 * What a process that carries out replays is to be. Of any number of them, one does.
 *
 * @param worker names its Kafka clients
 * @param atATime how many replays go on at a time; others wait for their turn, the oldest first
 */
public record ReplayConfig(
        KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String worker, int atATime) {
    /** Four. */
    public static final int DEFAULT_AT_A_TIME = 4;

    public ReplayConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(worker, "worker");
        if (atATime < 1) {
            throw new IllegalArgumentException("atATime must be at least 1, not " + atATime);
        }
    }

    /** With as many at a time as usual. */
    public static ReplayConfig of(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String worker) {
        return new ReplayConfig(kafka, registry, topics, worker, DEFAULT_AT_A_TIME);
    }

    Topics where() {
        return new Topics(kafka, registry, topics);
    }
}
