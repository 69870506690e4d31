package dev.berth.triggers.schedules;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Schedule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One firing of a schedule: the same moment of the same schedule is the same firing, whoever fires it. */
record Firing(Schedule schedule, Instant due) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    /** Of its invocation: the router runs an id once, so two owners in a row run it once. */
    String id() {
        return "schedule." + schedule.getTenant() + '.' + schedule.getName() + '.' + STAMP.format(due);
    }

    /** What runs the function. */
    Invocation invocation() {
        Map<String, String> headers = new HashMap<>();
        headers.put("berth-schedule", schedule.getName());
        headers.put("berth-due", due.toString());
        return Invocation.newBuilder()
                .setId(id())
                .setTenant(schedule.getTenant())
                .setFunction(schedule.getFunction())
                .setQualifier(schedule.getQualifier())
                .setRoutingValue(schedule.getKey())
                .setHeaders(headers)
                .setPayload(ByteBuffer.wrap(payload()))
                .setOrigin("schedule")
                .build();
    }

    /** What goes onto the topic. A topic cannot drop what it has already: whoever reads it may, by the id among the headers. */
    ProducerRecord<byte[], byte[]> event() {
        byte[] key = schedule.getKey() == null ? null : schedule.getKey().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(schedule.getTopic(), key, payload());
        row.headers()
                .add("berth-firing-id", id().getBytes(StandardCharsets.UTF_8))
                .add("berth-schedule", schedule.getName().getBytes(StandardCharsets.UTF_8))
                .add("berth-due", due.toString().getBytes(StandardCharsets.UTF_8));
        return row;
    }

    /** What the schedule holds; else an event as EventBridge sends it. */
    private byte[] payload() {
        if (schedule.getPayload() != null) {
            byte[] payload = new byte[schedule.getPayload().remaining()];
            schedule.getPayload().duplicate().get(payload);
            return payload;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("version", "0");
            out.writeStringField("id", id());
            out.writeStringField("detail-type", "Scheduled Event");
            out.writeStringField("source", "berth.schedules");
            out.writeStringField("time", due.toString());
            out.writeArrayFieldStart("resources");
            out.writeString(schedule.getName());
            out.writeEndArray();
            out.writeObjectFieldStart("detail");
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
