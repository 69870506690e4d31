package dev.berth.triggers.engine;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.UndecodableException;
import dev.berth.triggers.Letters;
import dev.berth.triggers.core.CommitNote;
import dev.berth.triggers.core.Ending;
import dev.berth.triggers.core.InvocationIds;
import dev.berth.triggers.core.Past;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Finds out what became of records whose partitions are taken over, by reading what was published since the note beside their
 * committed offsets: batches from the invocations, endings from the outcomes, and what was given up from the dead letters. Ends where
 * the topics end when it begins: what comes later comes by {@link OutcomeFeed}, which must know of the worker already.
 */
final class Recovery {
    private static final Duration POLL = Duration.ofMillis(200);
    /** A clock that was set back a little in between. */
    private static final long CLOCK_MS = 2_000;

    private final EngineContext context;
    private final Trigger trigger;
    private final BooleanSupplier closed;
    private final String idPrefix;
    private final AvroCodec<Outcome> outcomeCodec;
    private final AvroCodec<Invocation> invocationCodec;
    private final AvroCodec<DeadLetter> letterCodec;

    Recovery(EngineContext context, Trigger trigger, BooleanSupplier closed) {
        TopicCatalogue topics = context.config().topics();
        SchemaRegistry registry = context.config().registry();
        this.context = context;
        this.trigger = trigger;
        this.closed = closed;
        this.idPrefix = InvocationIds.prefix(trigger.getUuid());
        this.outcomeCodec = topics.outcomes().codec(registry);
        this.invocationCodec = topics.invocations().codec(registry);
        this.letterCodec = topics.deadLetters().codec(registry);
    }

    /** A partition that is taken over, and the past that is to be found of it. */
    record Taken(TopicPartition partition, String topicId, CommitNote note, Past past) {}

    /** Fills the pasts. Takes as long as reading takes. */
    void find(List<Taken> all) {
        if (all.isEmpty()) {
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                context.config()
                        .kafka()
                        .consumer("berth-triggers-recovery-" + context.config().worker()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            if (all.stream().anyMatch(taken -> taken.note().batches())) {
                batches(consumer, all);
            }
            outcomes(consumer, all);
            letters(consumer, all);
        }
    }

    private void batches(KafkaConsumer<byte[], byte[]> consumer, List<Taken> all) {
        long sinceMs = Math.max(
                0, all.stream().mapToLong(taken -> taken.note().sinceMs()).min().orElse(0) - CLOCK_MS);
        TopicCatalogue topics = context.config().topics();
        Map<TopicPartition, Long> ask = new HashMap<>();
        for (int i = 0; i < topics.invocations().partitions(); i++) {
            ask.put(new TopicPartition(topics.invocations().name(), i), sinceMs);
        }
        Map<TopicPartition, Long> from = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                consumer.offsetsForTimes(ask).entrySet()) {
            if (found.getValue() != null) {
                from.put(found.getKey(), found.getValue().offset());
            }
        }
        String key = trigger.getTenant() + '/' + trigger.getFunction();
        read(consumer, from, row -> startsWith(row.key(), key), row -> {
            Invocation invocation = invocationCodec.decode(row.value());
            Optional<InvocationIds.Parsed> id = InvocationIds.parse(idPrefix, invocation.getId());
            Optional<BatchHeader> batch =
                    BatchHeader.parse(invocation.getHeaders().get(BatchHeader.NAME));
            if (id.isPresent() && batch.isPresent()) {
                of(all, id.get())
                        .ifPresent(taken -> taken.past()
                                .batch(
                                        invocation.getId(),
                                        id.get().tries(),
                                        batch.get().failures(),
                                        batch.get().offsets()));
            }
        });
    }

    private void outcomes(KafkaConsumer<byte[], byte[]> consumer, List<Taken> all) {
        TopicCatalogue topics = context.config().topics();
        Map<TopicPartition, Long> from = new HashMap<>();
        for (int i = 0; i < topics.outcomes().partitions(); i++) {
            int number = i;
            from.put(
                    new TopicPartition(topics.outcomes().name(), i),
                    all.stream()
                            .mapToLong(taken -> number < taken.note().outcomes().size()
                                    ? taken.note().outcomes().get(number)
                                    : 0)
                            .min()
                            .orElse(0));
        }
        read(consumer, from, row -> startsWith(row.key(), idPrefix), row -> {
            String id = new String(row.key(), StandardCharsets.UTF_8);
            Optional<InvocationIds.Parsed> parsed = InvocationIds.parse(idPrefix, id);
            Optional<Taken> taken = parsed.flatMap(each -> of(all, each));
            if (taken.isPresent()) {
                taken.get().past().ended(id, parsed.get(), Ending.of(outcomeCodec.decode(row.value())));
            }
        });
    }

    private void letters(KafkaConsumer<byte[], byte[]> consumer, List<Taken> all) {
        TopicPartition letters =
                new TopicPartition(context.config().topics().deadLetters().name(), 0);
        long from =
                all.stream().mapToLong(taken -> taken.note().letters()).min().orElse(0);
        read(consumer, Map.of(letters, from), this::isOurs, row -> {
            DeadLetter letter = letterCodec.decode(row.value());
            for (Taken taken : all) {
                if (taken.partition().topic().equals(letter.getSourceTopic())
                        && taken.partition().partition() == letter.getSourcePartition()) {
                    taken.past().buried(letter.getSourceOffset());
                }
            }
        });
    }

    private boolean isOurs(ConsumerRecord<byte[], byte[]> row) {
        return Letters.trigger(row.headers()).filter(trigger.getUuid()::equals).isPresent();
    }

    private static Optional<Taken> of(List<Taken> all, InvocationIds.Parsed id) {
        return all.stream()
                .filter(taken -> taken.partition().partition() == id.partition()
                        && taken.topicId().equals(id.topicId()))
                .findFirst();
    }

    private interface Taker {
        void take(ConsumerRecord<byte[], byte[]> row) throws UndecodableException;
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> from,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            Taker taker) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
        List<TopicPartition> open = new ArrayList<>(from.keySet());
        open.removeIf(each -> from.get(each) >= ends.get(each));
        consumer.assign(open);
        open.forEach(each -> consumer.seek(each, from.get(each)));
        Consumer<ConsumerRecord<byte[], byte[]>> take = row -> {
            try {
                taker.take(row);
            } catch (UndecodableException e) {
                // Nobody's record: the router has buried it, or will.
            }
        };
        while (!open.isEmpty() && !closed.getAsBoolean()) {
            for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                if (wanted.test(row)) {
                    take.accept(row);
                }
            }
            open.removeIf(each -> consumer.position(each) >= ends.get(each));
        }
        if (closed.getAsBoolean()) {
            throw new InterruptException("The trigger's worker stops");
        }
    }

    private static boolean startsWith(byte[] key, String prefix) {
        if (key == null || key.length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (key[i] != (byte) prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
