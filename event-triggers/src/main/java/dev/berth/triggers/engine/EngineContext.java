package dev.berth.triggers.engine;

import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Tables;
import dev.berth.triggers.TriggersConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;

/** What the workers of a process share. All of it is thread-safe. */
record EngineContext(
        TriggersConfig config,
        Tables tables,
        KnownTopics topics,
        Admin admin,
        Producer<byte[], byte[]> producer,
        OutcomeFeed feed,
        HeldMemory held) {
    /** The consumer group of a trigger. */
    String group(String uuid) {
        return config.topics().prefix() + "trigger-" + uuid;
    }
}
