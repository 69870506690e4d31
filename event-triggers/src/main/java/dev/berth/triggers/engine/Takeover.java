package dev.berth.triggers.engine;

import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.triggers.core.CommitNote;
import dev.berth.triggers.core.Past;
import dev.berth.triggers.core.TopicEnds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Begins partitions that a worker is given: where its group was, or where the trigger says that one begins; with what became of the
 * records behind that. A beginning is committed before anything is read, so that whoever comes after a crash does not begin elsewhere;
 * so is that there may be batches from now on.
 */
final class Takeover {
    private static final long ANSWER_SECONDS = 30;

    private final EngineContext context;
    private final Trigger trigger;
    private final boolean keepsSuccesses;
    private final boolean batches;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Recovery recovery;

    Takeover(
            EngineContext context,
            Trigger trigger,
            boolean keepsSuccesses,
            boolean batches,
            KafkaConsumer<byte[], byte[]> consumer,
            BooleanSupplier closed) {
        this.context = context;
        this.trigger = trigger;
        this.keepsSuccesses = keepsSuccesses;
        this.batches = batches;
        this.consumer = consumer;
        this.recovery = new Recovery(context, trigger, closed);
    }

    /**
     * Where a partition begins.
     *
     * @param readBefore where what others may have read of it ends
     */
    record Begun(
            TopicPartition partition, String topicId, long position, CommitNote note, Past past, long readBefore) {}

    /** Begins them: the consumer is at their positions. Takes as long as finding out takes. */
    List<Begun> begin(Collection<TopicPartition> given) {
        Map<String, TopicDescription> topics = describe(given);
        Set<TopicPartition> asked = new HashSet<>(given);
        topics.keySet().forEach(topic -> asked.add(new TopicPartition(topic, 0)));
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(asked);
        Map<TopicPartition, Long> ends = consumer.endOffsets(
                given.stream().filter(each -> topics.containsKey(each.topic())).toList());
        List<Begun> begun = new ArrayList<>();
        List<Recovery.Taken> taken = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> notes = new HashMap<>();
        for (TopicPartition partition : given) {
            TopicDescription topic = topics.get(partition.topic());
            if (topic == null) {
                // Deleted meanwhile: it will be taken away again.
                continue;
            }
            String topicId = topic.topicId().toString();
            OffsetAndMetadata known = committed.get(partition);
            Optional<CommitNote> note = known == null ? Optional.empty() : CommitNote.parse(known.metadata());
            if (known == null || (note.isPresent() && !note.get().topicId().equals(topicId))) {
                Optional<CommitNote> firsts = Optional.ofNullable(
                                committed.get(new TopicPartition(partition.topic(), 0)))
                        .flatMap(each -> CommitNote.parse(each.metadata()));
                begun.add(first(partition, topic, firsts, note.isPresent(), notes));
            } else {
                Past past = new Past(known.offset(), keepsSuccesses);
                // Somebody who set the offset by hand left no note: then everything is looked through.
                CommitNote from = note.orElseGet(
                        () -> new CommitNote(topicId, topic.partitions().size(), 0, true, 0, List.of(0L)));
                taken.add(new Recovery.Taken(partition, topicId, from, past));
                CommitNote onward = from.or(batches);
                if (!onward.equals(from)) {
                    notes.put(partition, new OffsetAndMetadata(known.offset(), onward.text()));
                }
                long readBefore = Math.max(known.offset(), ends.get(partition));
                begun.add(new Begun(partition, topicId, known.offset(), onward, past, readBefore));
            }
        }
        if (!notes.isEmpty()) {
            consumer.commitSync(notes);
        }
        recovery.find(taken);
        begun.forEach(each -> consumer.seek(each.partition(), each.position()));
        return begun;
    }

    private Begun first(
            TopicPartition partition,
            TopicDescription topic,
            Optional<CommitNote> firsts,
            boolean topicIsNew,
            Map<TopicPartition, OffsetAndMetadata> commits) {
        String topicId = topic.topicId().toString();
        boolean sameTopic = firsts.isPresent() && firsts.get().topicId().equals(topicId);
        int partitions =
                sameTopic ? firsts.get().partitions() : topic.partitions().size();
        // What was added while the trigger was there, or made anew, is all new to it.
        boolean added = topicIsNew || (sameTopic && partition.partition() >= partitions);
        long position = start(partition, added ? StartingPosition.TRIM_HORIZON : trigger.getStart());
        TopicEnds ends = context.feed().ends();
        CommitNote note = new CommitNote(
                topicId, partitions, System.currentTimeMillis(), batches, ends.letters(), ends.outcomes());
        commits.put(partition, new OffsetAndMetadata(position, note.text()));
        return new Begun(partition, topicId, position, note, new Past(position, keepsSuccesses), position);
    }

    private long start(TopicPartition partition, StartingPosition start) {
        return switch (start) {
            case TRIM_HORIZON -> consumer.beginningOffsets(List.of(partition)).get(partition);
            // What was published since the trigger was made counts, however long it took to get here.
            case LATEST -> at(partition, trigger.getCreatedMs());
            case AT_TIMESTAMP -> at(partition, trigger.getStartTimestampMs());
        };
    }

    private long at(TopicPartition partition, long timestampMs) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, timestampMs)).get(partition);
        return found == null ? consumer.endOffsets(List.of(partition)).get(partition) : found.offset();
    }

    private Map<String, TopicDescription> describe(Collection<TopicPartition> partitions) {
        Set<String> names = new HashSet<>();
        partitions.forEach(partition -> names.add(partition.topic()));
        Map<String, TopicDescription> found = new HashMap<>();
        context.admin().describeTopics(names).topicNameValues().forEach((name, answer) -> {
            try {
                found.put(name, answer.get(ANSWER_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw new KafkaException("Kafka does not describe topic " + name, e.getCause());
                }
            } catch (TimeoutException e) {
                throw new KafkaException("Kafka does not describe topic " + name, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("Interrupted while asking for topic " + name, e);
            }
        });
        return found;
    }
}
