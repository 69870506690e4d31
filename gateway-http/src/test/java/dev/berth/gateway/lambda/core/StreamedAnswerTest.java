package dev.berth.gateway.lambda.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.core.Json;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class StreamedAnswerTest {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Event(Map<String, String> headers, byte[] payload) {}

    @Test
    void theResponseComesInChunksAndThenItsEnd() {
        byte[] body = new byte[150_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }

        List<Event> events = events(result(ResultStatus.SUCCEEDED, body));

        assertThat(events).hasSize(4);
        ByteBuffer whole = ByteBuffer.allocate(body.length);
        events.subList(0, 3).forEach(chunk -> {
            assertThat(chunk.headers())
                    .containsEntry(":event-type", "PayloadChunk")
                    .containsEntry(":message-type", "event");
            whole.put(chunk.payload());
        });
        assertThat(whole.array()).isEqualTo(body);
        assertThat(events.get(3).headers()).containsEntry(":event-type", "InvokeComplete");
        assertThat(new String(events.get(3).payload(), StandardCharsets.UTF_8)).isEqualTo("{\"LogResult\":\"bG9n\"}");
    }

    @Test
    void aFailureOfTheFunctionIsToldAtTheEnd() {
        List<Event> events = events(
                result(ResultStatus.FUNCTION_ERROR, "{\"errorMessage\":\"no\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(events).hasSize(1);
        var end = Json.parseObject(events.get(0).payload());
        assertThat(end.path("ErrorCode").asText()).isEqualTo("ValueError");
        assertThat(end.path("ErrorDetails").asText()).isEqualTo("{\"errorMessage\":\"no\"}");
    }

    @Test
    void anEmptyResponseIsAnEndAlone() {
        assertThat(events(result(ResultStatus.SUCCEEDED, new byte[0]))).hasSize(1);
    }

    private static List<Event> events(Result result) {
        return StreamedAnswer.events(InvokeAnswer.of(result, true, 0), result).stream()
                .map(StreamedAnswerTest::decoded)
                .toList();
    }

    /** Reads a message by the format's description, and its checksums. */
    private static Event decoded(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        assertThat(bytes.getInt()).isEqualTo(message.length);
        int headerBytes = bytes.getInt();
        assertThat(bytes.getInt()).isEqualTo(crc(message, 8));
        Map<String, String> headers = new HashMap<>();
        while (bytes.position() < 12 + headerBytes) {
            String name = text(bytes, bytes.get());
            assertThat(bytes.get()).as("a text").isEqualTo((byte) 7);
            headers.put(name, text(bytes, bytes.getShort()));
        }
        byte[] payload = new byte[bytes.remaining() - 4];
        bytes.get(payload);
        assertThat(bytes.getInt()).isEqualTo(crc(message, message.length - 4));
        return new Event(headers, payload);
    }

    private static String text(ByteBuffer bytes, int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static Result result(ResultStatus status, byte[] payload) {
        return Result.newBuilder()
                .setInvocationId("i")
                .setAttempt(1)
                .setTenant("t")
                .setFunction("f")
                .setStatus(status)
                .setErrorType(status == ResultStatus.SUCCEEDED ? null : "ValueError")
                .setPayload(ByteBuffer.wrap(payload))
                .setLogTail("log")
                .setTimings(new Timings())
                .build();
    }
}
