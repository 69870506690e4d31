package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.berth.schemas.EventShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Records as the function receives them. */
public final class EventText {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);

    private final EventShape shape;
    private final String bootstrapServers;

    /** @param bootstrapServers as Lambda's event names them */
    public EventText(EventShape shape, String bootstrapServers) {
        this.shape = shape;
        this.bootstrapServers = bootstrapServers;
    }

    /** The payload of an invocation of these records, which are of one partition. */
    public byte[] of(List<SourceRecord> records) {
        return switch (shape) {
            case LAMBDA -> json(records, this::lambda);
            case CLOUDEVENTS -> json(records, EventText::cloudEvents);
            case VALUE -> records.get(0).body() == null ? NULL : records.get(0).body();
        };
    }

    private interface Writer {
        void write(JsonGenerator out, List<SourceRecord> records) throws IOException;
    }

    private static byte[] json(List<SourceRecord> records, Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JsonText.JSON.createGenerator(bytes)) {
            writer.write(out, records);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** "Using Lambda with self-managed Apache Kafka": the event that its guide shows. */
    private void lambda(JsonGenerator out, List<SourceRecord> records) throws IOException {
        SourceRecord first = records.get(0);
        out.writeStartObject();
        out.writeStringField("eventSource", "aws:SelfManagedKafka");
        out.writeStringField("bootstrapServers", bootstrapServers);
        out.writeObjectFieldStart("records");
        out.writeArrayFieldStart(first.topic() + '-' + first.partition());
        for (SourceRecord record : records) {
            out.writeStartObject();
            out.writeStringField("topic", record.topic());
            out.writeNumberField("partition", record.partition());
            out.writeNumberField("offset", record.offset());
            out.writeNumberField("timestamp", record.timestampMs());
            out.writeStringField("timestampType", "CREATE_TIME");
            if (record.key() != null) {
                out.writeBinaryField("key", record.key());
            }
            if (record.body() != null) {
                out.writeBinaryField("value", record.body());
            }
            out.writeArrayFieldStart("headers");
            for (SourceRecord.Header header : record.headers()) {
                out.writeStartObject();
                out.writeArrayFieldStart(header.name());
                for (byte each : header.value() == null ? new byte[0] : header.value()) {
                    out.writeNumber(each);
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void cloudEvents(JsonGenerator out, List<SourceRecord> records) throws IOException {
        out.writeStartArray();
        for (SourceRecord record : records) {
            CloudEventText.write(out, record);
        }
        out.writeEndArray();
    }
}
