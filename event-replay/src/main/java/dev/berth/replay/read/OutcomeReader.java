package dev.berth.replay.read;

import dev.berth.replay.core.ReplayIds;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.ReplayRange;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what a replay's invocations came to, from somewhere on and without end. Whose outcome one is shows in its key, so that those
 * of others are not decoded. Used by one thread.
 */
public final class OutcomeReader implements AutoCloseable {
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));
    /** Nobody waits for a single outcome: they are fetched together, which spares the broker a request for each. */
    private static final int FETCH_WAIT_MS = 50;

    private static final int FETCH_BYTES = 256 * 1024;
    private static final int POLLED = 5_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroCodec<Outcome> codec;
    private final Map<TopicPartition, Long> endsAtOpening;

    /** An outcome and where it lies. */
    public record Found(int partition, long offset, Outcome outcome) {}

    /**
     * Opens a reader.
     *
     * @param ranges one for each partition of the topic of outcomes
     * @param from where of a range to begin
     */
    public OutcomeReader(
            KafkaSettings kafka,
            String client,
            String topic,
            AvroCodec<Outcome> codec,
            List<ReplayRange> ranges,
            ToLongFunction<ReplayRange> from) {
        this.codec = codec;
        Map<String, Object> settings = kafka.consumer(client);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            Map<TopicPartition, Long> begin = new HashMap<>();
            ranges.forEach(
                    range -> begin.put(new TopicPartition(topic, range.getPartition()), from.applyAsLong(range)));
            consumer.assign(begin.keySet());
            begin.forEach(consumer::seek);
            endsAtOpening = consumer.endOffsets(begin.keySet());
        } catch (RuntimeException e) {
            consumer.close(CLOSE);
            throw e;
        }
    }

    /** Some more outcomes of what a replay ran. */
    public List<Found> poll(String replayId, Duration atMost) {
        List<Found> own = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> row : consumer.poll(atMost)) {
            if (ReplayIds.isOf(replayId, id(row))) {
                decoded(codec, row)
                        .filter(outcome -> outcome.getInvocationId().equals(id(row)))
                        .ifPresent(outcome -> own.add(new Found(row.partition(), row.offset(), outcome)));
            }
        }
        return own;
    }

    /** Whether all was read that was there when it was opened. */
    public boolean isCaughtUp() {
        return endsAtOpening.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close(CLOSE);
    }

    /** Whose outcome it is; empty if somebody wrote one without a key. */
    static String id(ConsumerRecord<byte[], byte[]> row) {
        return row.key() == null ? "" : new String(row.key(), StandardCharsets.UTF_8);
    }

    /** The outcome in a record; empty if somebody wrote what is none. */
    static Optional<Outcome> decoded(AvroCodec<Outcome> codec, ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(codec.decode(row.value()));
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }
}
