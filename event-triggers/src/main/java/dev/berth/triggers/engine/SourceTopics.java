package dev.berth.triggers.engine;

import dev.berth.triggers.KnownTopics;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whether the topics of a trigger are there. One thread. */
final class SourceTopics {
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(5);

    private final KnownTopics topics;
    private final List<String> names;
    private String fault;
    private long lookedNs;

    SourceTopics(KnownTopics topics, List<String> names) {
        this.topics = topics;
        this.names = names;
        this.lookedNs = System.nanoTime() - LOOK_NS;
    }

    /** What is missing, and what to do; null if nothing is. */
    String fault(long nowNs) {
        if (nowNs - lookedNs >= LOOK_NS) {
            lookedNs = nowNs;
            fault = look();
        }
        return fault;
    }

    private String look() {
        try {
            for (String name : names) {
                if (topics.partitions(name) == 0) {
                    return "There is no topic " + name + ". Create it, and the trigger reads it from its beginning;"
                            + " or change or delete the trigger.";
                }
            }
            return null;
        } catch (IllegalStateException e) {
            return e.getMessage() + ". The trigger waits for it.";
        }
    }
}
