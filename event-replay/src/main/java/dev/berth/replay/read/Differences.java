package dev.berth.replay.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.replay.core.Comparison;
import dev.berth.replay.core.Comparison.Essence;
import dev.berth.replay.core.Comparison.Kind;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares the results of a replay with those of their originals. Read anew each time, in three passes, so that nothing but a digest of
 * each result is held: how the replay's ended; how their originals did; and, of those that are shown, both in full.
 */
public final class Differences {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));
    private static final int MOST = 1_000_000;

    private final Topics topics;
    private final String client;
    private final AvroCodec<Outcome> codec;

    /** @param client names its Kafka clients */
    public Differences(Topics topics, String client) {
        this.topics = topics;
        this.client = client;
        this.codec = topics.catalogue().outcomes().codec(topics.registry());
    }

    /**
     * All there is to say.
     *
     * @param totals how many of each kind
     * @param notCompared results of which the original has no outcome, or none any more
     * @param differences that are shown, in the order in which the originals ended
     */
    public record Report(Map<Kind, Long> totals, long notCompared, List<Difference> differences) {}

    /**
     * Two results that differ.
     *
     * @param diff a JSON Patch; empty if one of them is not JSON
     */
    public record Difference(Kind kind, Outcome original, Outcome replayed, Optional<JsonNode> diff) {}

    private record Replayed(int partition, long offset, Essence essence) {}

    private record Differing(Kind kind, Outcome original, Replayed replayed) {}

    /**
     * Compares what has ended until now.
     *
     * @param shown how many differences to show at most, of a kind if one is given
     * @param goOn asked now and then; false gives up
     */
    public Report compare(Replay replay, int shown, Optional<Kind> kind, BooleanSupplier goOn) {
        Map<String, Replayed> replayed = replayed(replay, goOn);
        long all = replayed.size();
        Map<Kind, Long> totals = new EnumMap<>(Kind.class);
        for (Kind each : Kind.values()) {
            totals.put(each, 0L);
        }
        List<Differing> differing = new ArrayList<>();
        long compared = 0;
        try (RangeReader outcomes = open(toTheEnd(replay))) {
            while (!outcomes.isAtEnd() && !replayed.isEmpty() && goOn.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> row : outcomes.poll(POLL)) {
                    Replayed other = replayed.get(OutcomeReader.id(row));
                    Optional<Outcome> original = other == null ? Optional.empty() : OutcomeReader.decoded(codec, row);
                    if (original.isPresent()
                            && original.get().getResult().getTenant().equals(replay.getTenant())) {
                        // One at most counts, should the router have told of it twice.
                        replayed.remove(OutcomeReader.id(row));
                        compared++;
                        Kind found = Comparison.kind(Comparison.essence(original.get()), other.essence());
                        totals.merge(found, 1L, Long::sum);
                        boolean asked = kind.isEmpty() ? found != Kind.EQUAL : kind.get() == found;
                        if (asked && differing.size() < shown) {
                            differing.add(new Differing(found, original.get(), other));
                        }
                    }
                }
            }
        }
        return new Report(totals, all - compared, whole(differing));
    }

    /** How the replay's own ended, by the ids of their originals. */
    private Map<String, Replayed> replayed(Replay replay, BooleanSupplier goOn) {
        Map<String, Replayed> replayed = new HashMap<>();
        try (OutcomeReader outcomes = new OutcomeReader(
                topics.kafka(),
                client,
                topics.catalogue().outcomes().name(),
                codec,
                replay.getOutcomes(),
                ReplayRange::getToOffset)) {
            while (!outcomes.isCaughtUp() && goOn.getAsBoolean()) {
                for (OutcomeReader.Found found : outcomes.poll(replay.getId(), POLL)) {
                    String original = found.outcome().getReplayOf();
                    if (original != null) {
                        replayed.putIfAbsent(
                                original,
                                new Replayed(found.partition(), found.offset(), Comparison.essence(found.outcome())));
                    }
                    if (replayed.size() > MOST) {
                        throw new RangeReader.RangeGone(
                                "A replay of more than " + MOST + " invocations is not compared. Replay it in parts.");
                    }
                }
            }
        }
        return replayed;
    }

    private List<Difference> whole(List<Differing> differing) {
        List<Difference> whole = new ArrayList<>();
        Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                topics.kafka().consumer(client), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            for (Differing each : differing) {
                Replayed where = each.replayed();
                at(consumer, where.partition(), where.offset())
                        .ifPresent(replayed -> whole.add(new Difference(
                                each.kind(), each.original(), replayed, Comparison.diff(each.original(), replayed))));
            }
        } finally {
            consumer.close(CLOSE);
        }
        return whole;
    }

    private Optional<Outcome> at(Consumer<byte[], byte[]> consumer, int partition, long offset) {
        TopicPartition at = new TopicPartition(topics.catalogue().outcomes().name(), partition);
        consumer.assign(List.of(at));
        consumer.seek(at, offset);
        for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofSeconds(5))) {
            if (row.offset() == offset) {
                return OutcomeReader.decoded(codec, row);
            }
        }
        return Optional.empty();
    }

    private RangeReader open(List<ReplayRange> ranges) {
        return new RangeReader(
                topics.kafka(), client, topics.catalogue().outcomes().name(), ranges, ReplayRange::getFromOffset);
    }

    /** From somewhere in each partition to its end now: an original may have ended after the replay was made. */
    private List<ReplayRange> toTheEnd(Replay replay) {
        String topic = topics.catalogue().outcomes().name();
        Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                topics.kafka().consumer(client), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> all = replay.getOutcomes().stream()
                    .map(range -> new TopicPartition(topic, range.getPartition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            return replay.getOutcomes().stream()
                    .map(range -> new ReplayRange(
                            range.getPartition(),
                            range.getFromOffset(),
                            ends.get(new TopicPartition(topic, range.getPartition()))))
                    .toList();
        } finally {
            consumer.close(CLOSE);
        }
    }
}
