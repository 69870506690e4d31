package dev.berth.triggers.core;

import java.util.List;

/**
 * A record of a source topic that is to be invoked.
 *
 * @param key as it lies on the topic; null for none
 * @param value as it lies on the topic; null for none
 * @param body what the function is given: the value, or what it was decoded to
 * @param routingValue what says which container serves it; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Known by its place, never compared.
public record SourceRecord(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        byte[] key,
        byte[] value,
        byte[] body,
        List<Header> headers,
        String routingValue) {
    /** What a record costs beside its bytes: measured at 250, with its place in a lane and in the ledger. */
    private static final int OBJECT_BYTES = 300;

    /**
     * A header of a record.
     *
     * @param value null for none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Header(String name, byte[] value) {}

    /** Bytes of key, value and headers, as a batch counts them. */
    public int bytes() {
        int bytes = length(key) + length(body);
        for (Header header : headers) {
            bytes += header.name().length() + length(header.value());
        }
        return bytes;
    }

    /** What it takes of memory, about. */
    public int heldBytes() {
        return bytes() + (body == value ? 0 : length(value)) + OBJECT_BYTES;
    }

    /** What records that belong together have in common. */
    String lane() {
        return routingValue == null ? "" : routingValue;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
