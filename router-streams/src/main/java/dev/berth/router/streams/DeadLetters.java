package dev.berth.router.streams;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Makes a dead letter of a record that cannot be processed: whole, with its coordinates and the reason. */
final class DeadLetters {
    private final AvroCodec<DeadLetter> codec;

    DeadLetters(AvroCodec<DeadLetter> codec) {
        this.codec = codec;
    }

    byte[] of(Record<byte[], byte[]> record, RecordMetadata source, String reason, String message) {
        List<DeadLetterHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new DeadLetterHeader(header.key(), wrap(header.value())));
        }
        return codec.encode(DeadLetter.newBuilder()
                .setReason(reason)
                .setMessage(message)
                .setSourceTopic(source.topic())
                .setSourcePartition(source.partition())
                .setSourceOffset(source.offset())
                .setSourceTimestampMs(record.timestamp())
                .setHeaders(headers)
                .setKey(wrap(record.key()))
                .setValue(wrap(record.value()))
                .build());
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
