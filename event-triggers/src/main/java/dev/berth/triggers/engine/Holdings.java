package dev.berth.triggers.engine;

import dev.berth.schemas.TriggerPartition;
import dev.berth.triggers.core.CommitNote;
import dev.berth.triggers.core.Marks;
import dev.berth.triggers.core.SourcePartition;
import dev.berth.triggers.core.TopicEnds;
import dev.berth.triggers.core.TriggerCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that a worker has at the moment: taken over, committed, given away. Called by the worker's thread, in its polls too. */
final class Holdings implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Holdings.class);
    private static final long COMMIT_MS = 500;
    private static final long MARK_MS = 1_000;
    /** Of a partition that nothing happens to; its note would point ever further back. */
    private static final long REFRESH_MS = 60_000;

    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);

    private final TriggerCore core;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Takeover takeover;
    private final OutcomeFeed feed;
    private final boolean batches;
    private final Map<TopicPartition, Held> held = new HashMap<>();
    private final Map<TopicPartition, SourcePartition> partitions = new HashMap<>();
    private long committedMs;
    private long markedMs;

    private static final class Held {
        private final SourcePartition partition;
        private final Marks marks;
        private long committed;
        private long committedMs;

        Held(SourcePartition partition, Marks marks, long committed, long nowMs) {
            this.partition = partition;
            this.marks = marks;
            this.committed = committed;
            this.committedMs = nowMs;
        }
    }

    Holdings(
            TriggerCore core,
            KafkaConsumer<byte[], byte[]> consumer,
            Takeover takeover,
            OutcomeFeed feed,
            boolean batches) {
        this.core = core;
        this.consumer = consumer;
        this.takeover = takeover;
        this.feed = feed;
        this.batches = batches;
    }

    Map<TopicPartition, SourcePartition> all() {
        return partitions;
    }

    boolean has(SourcePartition partition) {
        return partitions.containsValue(partition);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> given) {
        if (given.isEmpty()) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        for (Takeover.Begun begun : takeover.begin(given)) {
            TopicPartition at = begun.partition();
            SourcePartition partition =
                    core.assigned(at.topic(), begun.topicId(), at.partition(), begun.position(), begun.past());
            partitions.put(at, partition);
            Marks marks = new Marks(begun.position(), begun.note(), begun.readBefore());
            held.put(at, new Held(partition, marks, begun.position(), nowMs));
        }
        log.info("Trigger partitions taken partitions={}", given);
        markedMs = 0;
        mark(nowMs);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> taken) {
        commitNow(taken);
        onPartitionsLost(taken);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> taken) {
        for (TopicPartition at : taken) {
            held.remove(at);
            SourcePartition partition = partitions.remove(at);
            if (partition != null) {
                core.revoked(partition);
            }
        }
    }

    /** Marks and commits, now and then. */
    void commit(long nowMs) {
        mark(nowMs);
        if (nowMs - committedMs < COMMIT_MS) {
            return;
        }
        committedMs = nowMs;
        // The consumer may be past what is no record: what a transaction or a compaction left.
        partitions.forEach((at, partition) -> core.passed(partition, consumer.position(at)));
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        held.forEach((at, each) -> {
            long committable = each.partition.committable();
            boolean stale = nowMs - each.committedMs > REFRESH_MS;
            if (committable != each.committed || stale) {
                offsets.put(at, offset(each, committable));
                each.committed = committable;
                each.committedMs = nowMs;
            }
        });
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (committed, failure) -> {
                if (failure != null) {
                    log.debug("Offsets were not committed, and are with the next ones: {}", failure.toString());
                    offsets.keySet().forEach(at -> {
                        Held each = held.get(at);
                        if (each != null) {
                            each.committed = -1;
                        }
                    });
                }
            });
        }
    }

    /** Commits all, and waits for it. */
    void commitAll() {
        commitNow(List.copyOf(held.keySet()));
    }

    /** How many records lie before the consumer, as far as it knows. */
    long lag() {
        long lag = 0;
        for (TopicPartition at : partitions.keySet()) {
            lag += lag(at).orElse(0);
        }
        return lag;
    }

    /** For the status. */
    List<TriggerPartition> places() {
        List<TriggerPartition> places = new ArrayList<>();
        partitions.forEach((at, partition) -> {
            long position = partition.position();
            places.add(new TriggerPartition(
                    at.topic(), at.partition(), partition.committable(), position, position + lag(at).orElse(0)));
        });
        return places;
    }

    private OptionalLong lag(TopicPartition at) {
        try {
            return consumer.currentLag(at);
        } catch (IllegalStateException e) {
            // Taken away in this very moment.
            return OptionalLong.empty();
        }
    }

    private void mark(long nowMs) {
        if (nowMs - markedMs < MARK_MS) {
            return;
        }
        markedMs = nowMs;
        TopicEnds ends = feed.ends();
        held.values().forEach(each -> each.marks.mark(each.partition.position(), ends, batches, nowMs));
    }

    private void commitNow(Collection<TopicPartition> which) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition at : which) {
            Held each = held.get(at);
            if (each != null && each.partition.committable() != each.committed) {
                offsets.put(at, offset(each, each.partition.committable()));
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, LAST_COMMIT);
        } catch (KafkaException e) {
            // Whoever has them next reads some again, and knows them to be done.
            log.info("The last offsets of a trigger were not committed: {}", e.toString());
        }
    }

    private static OffsetAndMetadata offset(Held each, long committable) {
        CommitNote note = each.marks.note(committable);
        return new OffsetAndMetadata(committable, note.text());
    }
}
