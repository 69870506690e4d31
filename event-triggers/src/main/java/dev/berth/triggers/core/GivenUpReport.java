package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * What a destination of failures is told of a record that was given up: the frame of Lambda's record ({@link EndingReport}), with where the record
 * lies and its original bytes. Where it would be too large the bytes are left out: they are at the source.
 */
public final class GivenUpReport {
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";

    private GivenUpReport() {}

    /**
     * The report.
     *
     * @param function asked for, with its qualifier
     * @param nowMs when it was given up
     * @param mostBytes how large it may be
     */
    public static byte[] of(TriggerAction.GiveUp lost, String function, long nowMs, int mostBytes) {
        byte[] whole = write(lost, function, nowMs, true);
        return whole.length <= mostBytes ? whole : write(lost, function, nowMs, false);
    }

    private static byte[] write(TriggerAction.GiveUp lost, String function, long nowMs, boolean withBytes) {
        SourceRecord record = lost.record();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JsonText.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("version", "1.0");
            out.writeStringField("timestamp", Instant.ofEpochMilli(nowMs).toString());
            out.writeObjectFieldStart("requestContext");
            out.writeStringField("requestId", lost.invocationId());
            out.writeStringField("functionArn", ARN + function);
            out.writeStringField("condition", lost.reason());
            out.writeNumberField("approximateInvokeCount", lost.attempts());
            out.writeEndObject();
            if (lost.ending() != null && lost.ending().response() != null) {
                out.writeFieldName("responsePayload");
                JsonText.write(out, lost.ending().response());
            }
            out.writeStringField("message", lost.message());
            out.writeObjectFieldStart("source");
            out.writeStringField("topic", record.topic());
            out.writeNumberField("partition", record.partition());
            out.writeNumberField("offset", record.offset());
            out.writeNumberField("timestamp", record.timestampMs());
            if (withBytes) {
                binary(out, "key", record.key());
                binary(out, "value", record.value());
            } else {
                out.writeBooleanField("omitted", true);
            }
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void binary(JsonGenerator out, String name, byte[] bytes) throws IOException {
        if (bytes != null) {
            out.writeBinaryField(name, bytes);
        } else {
            out.writeNullField(name);
        }
    }
}
