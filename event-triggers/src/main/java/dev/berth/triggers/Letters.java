package dev.berth.triggers;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import dev.berth.schemas.DeadLetterTelling;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Makes dead letters. Thread-safe. */
public final class Letters {
    /** A header of dead letters: the uuid of the trigger that gave the record up. */
    public static final String TRIGGER = "berth-trigger";

    /** For all of a letter but the original's bytes. */
    private static final int ENVELOPE_BYTES = 64 * 1024;

    /** Of what a destination would have been told, beside the record that it is about. */
    public static final int MOST_REPORT_BYTES = Limits.RECORD_BYTES / 2 - ENVELOPE_BYTES;

    private final String topic;
    private final AvroCodec<DeadLetter> codec;

    public Letters(TriggersConfig config) {
        topic = config.topics().deadLetters().name();
        codec = config.topics().deadLetters().codec(config.registry());
    }

    /**
     * Why a record is given up.
     *
     * @param reason a short word for machines
     * @param message what happened and what to do
     * @param invocationId the last invocation that held it, or null
     * @param attempts how often it was tried
     */
    public record Why(
            String reason, String message, String invocationId, String tenant, String function, int attempts) {}

    /** The uuid of the trigger that gave a letter's record up, by the headers of the letter; empty if none did. */
    public static Optional<String> trigger(Headers headers) {
        return Optional.ofNullable(headers.lastHeader(TRIGGER))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }

    /** Where a record lies. */
    public record Coordinates(String topic, int partition, long offset, long timestampMs) {}

    /** The letter about a record, as it goes onto the topic; without its value if that is too large to be sent again. */
    public ProducerRecord<byte[], byte[]> of(
            Coordinates at, byte[] key, byte[] value, Iterable<Header> headers, Why why) {
        return of(at, key, value, headers, why, null);
    }

    /**
     * The same about a destination that could not be told.
     *
     * @param telling its report is at most {@link #MOST_REPORT_BYTES}; null for none
     */
    public ProducerRecord<byte[], byte[]> of(
            Coordinates at, byte[] key, byte[] value, Iterable<Header> headers, Why why, DeadLetterTelling telling) {
        List<DeadLetterHeader> kept = new ArrayList<>();
        long bytes = key == null ? 0 : key.length;
        if (telling != null && telling.getReport() != null) {
            bytes += telling.getReport().remaining();
        }
        for (Header header : headers) {
            kept.add(new DeadLetterHeader(
                    header.key(), header.value() == null ? null : ByteBuffer.wrap(header.value())));
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        boolean fits = value == null || bytes + value.length + ENVELOPE_BYTES <= Limits.RECORD_BYTES;
        String message = fits
                ? why.message()
                : why.message() + " Its " + value.length
                        + " bytes are too large for a dead letter: read them at the source.";
        DeadLetter letter = DeadLetter.newBuilder()
                .setReason(why.reason())
                .setMessage(message)
                .setSourceTopic(at.topic())
                .setSourcePartition(at.partition())
                .setSourceOffset(at.offset())
                .setSourceTimestampMs(at.timestampMs())
                .setInvocationId(why.invocationId())
                .setTenant(why.tenant())
                .setFunction(why.function())
                .setAttempts(why.attempts())
                .setHeaders(kept)
                .setKey(key == null ? null : ByteBuffer.wrap(key))
                .setValue(value == null || !fits ? null : ByteBuffer.wrap(value))
                .setTelling(telling)
                .build();
        return new ProducerRecord<>(topic, key, codec.encode(letter));
    }
}
