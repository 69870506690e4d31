package dev.berth.replay;

import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.util.concurrent.CountDownLatch;

/** Carries out replays in a process of its own, which a test can kill. */
final class ReplayProcess {
    static final TopicCatalogue TOPICS = new TopicCatalogue("killed.", 2, 1, (short) 1);

    private ReplayProcess() {}

    /** Ids of schemas are given in the order in which they are registered: in the same order they are the same in each process. */
    static SchemaRegistry registry() {
        SchemaRegistry registry = SchemaRegistry.inMemory();
        TOPICS.all().forEach(topic -> topic.codec(registry).registered());
        return registry;
    }

    public static void main(String[] args) throws InterruptedException {
        ReplayWorker.start(ReplayConfig.of(KafkaSettings.at(args[0]), registry(), TOPICS, args[1]));
        new CountDownLatch(1).await();
    }
}
