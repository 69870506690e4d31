package dev.berth.router.streams;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Makes a dead letter of a record that cannot be processed: whole, with its coordinates and the reason. A record that is as
 * large as a topic allows would not fit into a dead letter, which would stop its partition; of such a one the beginning is
 * kept, and the message says so. Its coordinates lead to the rest.
 */
final class DeadLetters {
    private static final int KEPT_KEY_BYTES = 64 * 1024;
    private static final int KEPT_HEADER_BYTES = 64 * 1024;
    private static final int KEPT_VALUE_BYTES = Limits.RECORD_BYTES - 512 * 1024;

    private final AvroCodec<DeadLetter> codec;

    DeadLetters(AvroCodec<DeadLetter> codec) {
        this.codec = codec;
    }

    byte[] of(Record<byte[], byte[]> record, RecordMetadata source, String reason, String message) {
        List<DeadLetterHeader> headers = new ArrayList<>();
        int headerBytes = 0;
        boolean cut = isLonger(record.key(), KEPT_KEY_BYTES) || isLonger(record.value(), KEPT_VALUE_BYTES);
        for (Header header : record.headers()) {
            headerBytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
            if (headerBytes <= KEPT_HEADER_BYTES) {
                headers.add(new DeadLetterHeader(header.key(), kept(header.value(), KEPT_HEADER_BYTES)));
            } else {
                cut = true;
            }
        }
        String said =
                cut ? message + " The record is too large for a dead letter: only its beginning is kept." : message;
        Source where = new Source(source.topic(), source.partition(), source.offset(), record.timestamp());
        return codec.encode(letter(where, record.key(), record.value(), reason, said)
                .setHeaders(headers)
                .build());
    }

    /**
     * Where a record was.
     *
     * @param offset in its partition
     */
    record Source(String topic, int partition, long offset, long timestampMs) {}

    /** Of an invocation that could be read, and came to nothing. */
    byte[] of(
            Invocation invocation,
            byte[] value,
            byte[] key,
            Source source,
            int attempts,
            String reason,
            String message) {
        return codec.encode(letter(source, key, value, reason, message)
                .setInvocationId(invocation.getId())
                .setTenant(invocation.getTenant())
                .setFunction(invocation.getFunction())
                .setAttempts(attempts)
                .build());
    }

    private static DeadLetter.Builder letter(Source source, byte[] key, byte[] value, String reason, String message) {
        return DeadLetter.newBuilder()
                .setReason(reason)
                .setMessage(message)
                .setSourceTopic(source.topic())
                .setSourcePartition(source.partition())
                .setSourceOffset(source.offset())
                .setSourceTimestampMs(source.timestampMs())
                .setKey(kept(key, KEPT_KEY_BYTES))
                .setValue(kept(value, KEPT_VALUE_BYTES));
    }

    /** The key of the dead letter itself: as it was, if that is not as large as a record. */
    byte[] keyOf(Record<byte[], byte[]> record) {
        return isLonger(record.key(), KEPT_KEY_BYTES) ? null : record.key();
    }

    private static boolean isLonger(byte[] bytes, int limit) {
        return bytes != null && bytes.length > limit;
    }

    private static ByteBuffer kept(byte[] bytes, int limit) {
        return bytes == null ? null : ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, limit));
    }
}
