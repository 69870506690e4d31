package dev.berth.gateway.replays;

import dev.berth.replay.core.DeadLetters;
import dev.berth.replay.read.RangeReader;
import dev.berth.replay.read.Stretch;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.ReplayRange;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads dead letters from the latest back. Blocks; thread-safe. */
final class LetterReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int BLOCK = 500;
    /** What one page looks at. */
    private static final int MOST_BLOCKS = 20;

    private final Topics topics;
    private final Admin admin;
    private final AvroCodec<DeadLetter> codec;
    private final AvroCodec<Invocation> invocations;

    LetterReader(Topics topics, Admin admin) {
        this.topics = topics;
        this.admin = admin;
        this.codec = topics.catalogue().deadLetters().codec(topics.registry());
        this.invocations = topics.catalogue().invocations().codec(topics.registry());
    }

    /** A letter and where it lies. */
    record Found(int partition, long offset, long atMs, DeadLetter letter) {}

    /**
     * Some letters.
     *
     * @param next where the page after this one ends; empty if this was the last
     */
    record Page(List<Found> letters, OptionalLong next) {}

    /** Which letters are wanted; null for any. */
    record Wanted(String tenant, String function, String reason, String sourceTopic, long fromMs, long toMs) {
        boolean has(DeadLetter letter, long atMs) {
            return DeadLetters.tenant(letter).equals(tenant)
                    && (function == null || function.equals(letter.getFunction()))
                    && (reason == null || reason.equals(letter.getReason()))
                    && (sourceTopic == null || sourceTopic.equals(letter.getSourceTopic()))
                    && atMs >= fromMs
                    && atMs < toMs;
        }
    }

    /**
     * A page, the latest first.
     *
     * @param before only letters before this offset
     */
    Page page(Wanted wanted, int limit, OptionalLong before, BooleanSupplier goOn) {
        Optional<ReplayRange> all = all(OptionalLong.of(wanted.fromMs()));
        if (all.isEmpty()) {
            return new Page(List.of(), OptionalLong.empty());
        }
        long first = all.get().getFromOffset();
        long end = Math.min(all.get().getToOffset(), before.orElse(Long.MAX_VALUE));
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < MOST_BLOCKS && end > first && found.size() < limit && goOn.getAsBoolean(); i++) {
            long begin = Math.max(first, end - BLOCK);
            List<Found> block = read(new ReplayRange(0, begin, end), goOn);
            Collections.reverse(block);
            for (Found each : block) {
                if (found.size() < limit && wanted.has(each.letter(), each.atMs())) {
                    found.add(each);
                }
            }
            end = found.size() < limit ? begin : found.get(found.size() - 1).offset();
        }
        return new Page(found, end > first ? OptionalLong.of(end) : OptionalLong.empty());
    }

    /** One letter; empty if it is not there, or not any more. */
    Optional<Found> at(int partition, long offset) {
        return all(OptionalLong.empty())
                .filter(range -> partition == range.getPartition()
                        && offset >= range.getFromOffset()
                        && offset < range.getToOffset())
                .flatMap(range -> read(new ReplayRange(partition, offset, offset + 1), () -> true).stream()
                        .findFirst());
    }

    /** The invocation that a letter holds, if it holds one that can be read. */
    Optional<Invocation> invocation(DeadLetter letter) {
        if (letter.getValue() == null
                || !letter.getSourceTopic()
                        .equals(topics.catalogue().invocations().name())) {
            return Optional.empty();
        }
        byte[] bytes = new byte[letter.getValue().remaining()];
        letter.getValue().duplicate().get(bytes);
        try {
            return Optional.of(invocations.decode(bytes));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }

    private Optional<ReplayRange> all(OptionalLong fromMs) {
        OptionalLong from = fromMs.isPresent() && fromMs.getAsLong() > 0 ? fromMs : OptionalLong.empty();
        return Stretch.whole(admin, topics.catalogue().deadLetters().name(), from).stream()
                .findFirst();
    }

    private List<Found> read(ReplayRange range, BooleanSupplier goOn) {
        List<Found> found = new ArrayList<>();
        try (RangeReader rows = new RangeReader(
                topics.kafka(),
                "gateway-dead-letters",
                topics.catalogue().deadLetters().name(),
                List.of(range),
                ReplayRange::getFromOffset)) {
            while (!rows.isAtEnd() && goOn.getAsBoolean()) {
                rows.poll(POLL).forEach(row -> found(row).ifPresent(found::add));
            }
        }
        return found;
    }

    /** The letter in a record; empty if somebody else wrote there what is none. */
    private Optional<Found> found(ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(new Found(row.partition(), row.offset(), row.timestamp(), codec.decode(row.value())));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }
}
