package dev.berth.cli;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the topics say, from their beginning to their end, of a time in which Berth was hurt. */
final class ChaosRecord {
    private final Processes berth;

    ChaosRecord(Processes berth) {
        this.berth = berth;
    }

    /** All outcomes, those of one invocation in the order of the topic. */
    Map<String, List<Outcome>> outcomes() {
        Map<String, List<Outcome>> outcomes = new HashMap<>();
        read(
                berth.topics().outcomes(),
                (row, outcome) -> outcomes.computeIfAbsent(outcome.getInvocationId(), id -> new ArrayList<>())
                        .add(outcome));
        return outcomes;
    }

    /** The invocations of these that have no outcome. */
    Set<String> without(Set<String> ids) {
        Set<String> without = new HashSet<>(ids);
        without.removeAll(outcomes().keySet());
        return without;
    }

    /**
     * A start of user code by an instance under an epoch that the fleet had ended.
     *
     * @param lateMs how long after that
     */
    record LateStart(String instanceId, long epoch, String invocationId, long startedMs, long lateMs) {}

    /** What zombies did. */
    List<LateStart> lateStarts() {
        Map<String, Long> lostMs = new HashMap<>();
        read(berth.topics().fleet(), (row, assignment) -> {
            if (assignment.getState() == AssignmentState.LOST) {
                lostMs.put(assignment.getInstanceId() + "@" + assignment.getEpoch(), row.timestamp());
            }
        });
        List<LateStart> late = new ArrayList<>();
        read(berth.topics().results(), (row, result) -> {
            Long endedMs = lostMs.get(result.getInstanceId() + "@" + result.getEpoch());
            long startedMs = result.getTimings().getStartedUs() / 1_000;
            if (endedMs != null && startedMs > endedMs) {
                late.add(new LateStart(
                        result.getInstanceId(),
                        result.getEpoch(),
                        result.getInvocationId(),
                        startedMs,
                        startedMs - endedMs));
            }
        });
        return late;
    }

    /** How often the fleet gave an instance up. */
    long losses() {
        List<Assignment> lost = new ArrayList<>();
        read(berth.topics().fleet(), (row, assignment) -> {
            if (assignment.getState() == AssignmentState.LOST) {
                lost.add(assignment);
            }
        });
        return lost.size();
    }

    /** Results of attempts, all of them. */
    List<Result> results() {
        List<Result> results = new ArrayList<>();
        read(berth.topics().results(), (row, result) -> results.add(result));
        return results;
    }

    private <T extends SpecificRecord> void read(
            TopicCatalogue.Topic<T> topic, BiConsumer<ConsumerRecord<byte[], byte[]>, T> each) {
        AvroCodec<T> codec = topic.codec(berth.registry());
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                berth.kafka().consumer("chaos"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each2 -> consumer.position(each2) < ends.get(each2))) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(100))) {
                    if (row.value() != null) {
                        each.accept(row, codec.decode(row.value()));
                    }
                }
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }
}
