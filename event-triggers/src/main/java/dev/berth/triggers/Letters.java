package dev.berth.triggers;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Makes dead letters. Thread-safe. */
public final class Letters {
    /** For all of a letter but the original's bytes. */
    private static final int ENVELOPE_BYTES = 64 * 1024;

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

    /** Where a record lies. */
    public record Coordinates(String topic, int partition, long offset, long timestampMs) {}

    /** The letter about a record, as it goes onto the topic; without its value if that is too large to be sent again. */
    public ProducerRecord<byte[], byte[]> of(
            Coordinates at, byte[] key, byte[] value, Iterable<Header> headers, Why why) {
        List<DeadLetterHeader> kept = new ArrayList<>();
        long bytes = key == null ? 0 : key.length;
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
                .build();
        return new ProducerRecord<>(topic, key, codec.encode(letter));
    }
}
