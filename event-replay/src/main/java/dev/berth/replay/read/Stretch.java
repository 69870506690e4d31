package dev.berth.replay.read;

import dev.berth.schemas.ReplayRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Turns times and offsets into ranges of a topic, as it is now. Blocks. */
public final class Stretch {
    private static final long ANSWER_SECONDS = 20;

    private Stretch() {}

    /**
     * What is asked for.
     *
     * @param fromMs records of this moment and later
     * @param fromOffset of each partition, instead of a time
     * @param partition this one only
     */
    public record Asked(
            OptionalLong fromMs,
            OptionalLong toMs,
            OptionalLong fromOffset,
            OptionalLong toOffset,
            OptionalInt partition) {
        /** Everything there is. */
        public static Asked everything() {
            return new Asked(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty());
        }
    }

    /** The topic as it is, and the ranges of it. */
    public record Found(String topicId, List<ReplayRange> ranges) {
        /** How many records there are at most. */
        public long records() {
            return ranges.stream()
                    .mapToLong(range -> range.getToOffset() - range.getFromOffset())
                    .sum();
        }
    }

    /** What was asked for is not there; the message says what is. */
    public static final class NotThere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotThere(String message) {
            super(message);
        }
    }

    /**
     * The ranges; empty if there is no such topic.
     *
     * @throws NotThere if it has no such partition, or does not keep such an offset any more
     * @throws IllegalStateException if Kafka does not answer
     */
    public static Optional<Found> of(Admin admin, String topic, Asked asked) {
        Optional<TopicDescription> described = describe(admin, topic);
        if (described.isEmpty()) {
            return Optional.empty();
        }
        List<TopicPartition> all = described.get().partitions().stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .filter(at -> asked.partition().isEmpty() || asked.partition().getAsInt() == at.partition())
                .toList();
        if (all.isEmpty()) {
            throw new NotThere("Topic " + topic + " has no partition "
                    + asked.partition().getAsInt() + ": it has "
                    + described.get().partitions().size() + ".");
        }
        Map<TopicPartition, Long> first = offsets(admin, all, at -> OffsetSpec.earliest());
        Map<TopicPartition, Long> last = offsets(admin, all, at -> OffsetSpec.latest());
        Map<TopicPartition, Long> from = atTime(admin, all, asked.fromMs(), first);
        Map<TopicPartition, Long> to = atTime(admin, all, asked.toMs(), last);
        List<ReplayRange> ranges = new ArrayList<>();
        for (TopicPartition at : all) {
            long begin = asked.fromOffset().orElse(beyondIfNone(from.get(at), last.get(at)));
            long end = Math.min(last.get(at), asked.toOffset().orElse(beyondIfNone(to.get(at), last.get(at))));
            if (begin < first.get(at) && begin < end) {
                throw new NotThere("Topic " + topic + " does not keep offset " + begin + " of partition "
                        + at.partition() + " any more: it begins at " + first.get(at) + ".");
            }
            if (begin < end) {
                ranges.add(new ReplayRange(at.partition(), begin, end));
            }
        }
        return Optional.of(new Found(described.get().topicId().toString(), ranges));
    }

    /** Of a topic that is not to be chosen from: from a time, or the beginning, to its end now. */
    public static List<ReplayRange> whole(Admin admin, String topic, OptionalLong fromMs) {
        List<TopicPartition> all = describe(admin, topic).orElseThrow().partitions().stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        Map<TopicPartition, Long> last = offsets(admin, all, at -> OffsetSpec.latest());
        Map<TopicPartition, Long> from = atTime(admin, all, fromMs, offsets(admin, all, at -> OffsetSpec.earliest()));
        return all.stream()
                .map(at -> new ReplayRange(at.partition(), beyondIfNone(from.get(at), last.get(at)), last.get(at)))
                .toList();
    }

    private static Map<TopicPartition, Long> atTime(
            Admin admin, List<TopicPartition> all, OptionalLong ms, Map<TopicPartition, Long> otherwise) {
        return ms.isEmpty() ? otherwise : offsets(admin, all, at -> OffsetSpec.forTimestamp(ms.getAsLong()));
    }

    /** Kafka has -1 where no record is as late. */
    private static long beyondIfNone(long offset, long last) {
        return offset < 0 ? last : offset;
    }

    private static Optional<TopicDescription> describe(Admin admin, String topic) {
        try {
            return Optional.of(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                return Optional.empty();
            }
            throw silent(topic, e.getCause());
        } catch (TimeoutException e) {
            throw silent(topic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent(topic, e);
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, List<TopicPartition> all, Function<TopicPartition, OffsetSpec> which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        all.forEach(at -> asked.put(at, which.apply(at)));
        try {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> each : admin.listOffsets(asked)
                    .all()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .entrySet()) {
                offsets.put(each.getKey(), each.getValue().offset());
            }
            return offsets;
        } catch (ExecutionException e) {
            throw silent(all.get(0).topic(), e.getCause());
        } catch (TimeoutException e) {
            throw silent(all.get(0).topic(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent(all.get(0).topic(), e);
        }
    }

    private static IllegalStateException silent(String topic, Throwable why) {
        return new IllegalStateException("Kafka does not say what is on topic " + topic, why);
    }
}
