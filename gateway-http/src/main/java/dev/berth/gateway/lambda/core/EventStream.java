package dev.berth.gateway.lambda.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * AWS's event stream encoding, {@code application/vnd.amazon.eventstream}: messages of headers and a payload, each with its
 * lengths before it and checksums of both parts in it.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Smithy's description of it</a>
 */
public final class EventStream {
    /** The Content-Type of a stream. */
    public static final String MEDIA_TYPE = "application/vnd.amazon.eventstream";

    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int LENGTHS_BYTES = 8;
    private static final byte TEXT = 7;

    private EventStream() {}

    /**
     * One event as it stands on the wire.
     *
     * @param type such as {@code PayloadChunk}
     * @param from the first byte of the payload in {@code bytes}
     * @param length of the payload
     */
    public static byte[] event(String type, String contentType, byte[] bytes, int from, int length) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":event-type", type);
        headers.put(":content-type", contentType);
        headers.put(":message-type", "event");
        int headerBytes = headers.entrySet().stream()
                .mapToInt(header -> 1 + utf8(header.getKey()).length + 1 + Short.BYTES + utf8(header.getValue()).length)
                .sum();
        ByteBuffer message = ByteBuffer.allocate(PRELUDE_BYTES + headerBytes + length + CHECKSUM_BYTES);
        message.putInt(message.capacity()).putInt(headerBytes);
        message.putInt(checksum(message.array(), LENGTHS_BYTES));
        headers.forEach((name, value) -> {
            message.put((byte) utf8(name).length).put(utf8(name)).put(TEXT);
            message.putShort((short) utf8(value).length).put(utf8(value));
        });
        message.put(bytes, from, length);
        message.putInt(checksum(message.array(), message.position()));
        return message.array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
