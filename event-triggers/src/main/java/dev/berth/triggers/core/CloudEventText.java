package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A record as a structured CloudEvent (version 1.0 in JSON). One that is a CloudEvent on Kafka already (Kafka protocol binding 1.0.2, binary mode by
 * {@code ce_} headers, or structured mode by its content type) stays what it is; any other is wrapped, and its place is its identity.
 */
final class CloudEventText {
    private static final String PREFIX = "ce_";
    private static final String CONTENT_TYPE = "content-type";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final Set<String> REQUIRED = Set.of("specversion", "id", "source", "type");

    private CloudEventText() {}

    static void write(JsonGenerator out, SourceRecord record) throws IOException {
        Map<String, String> headers = headers(record);
        if (isStructured(headers, record.body())) {
            out.writeRawValue(new String(record.body(), StandardCharsets.UTF_8).strip());
            return;
        }
        Map<String, String> attributes = attributes(headers);
        if (!attributes.keySet().containsAll(REQUIRED)) {
            attributes = wrapping(record, headers);
        }
        out.writeStartObject();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            out.writeStringField(attribute.getKey(), attribute.getValue());
        }
        data(out, record.body(), attributes);
        out.writeEndObject();
    }

    private static boolean isStructured(Map<String, String> headers, byte[] body) throws IOException {
        if (!headers.getOrDefault(CONTENT_TYPE, "").toLowerCase(Locale.ROOT).startsWith(STRUCTURED)
                || body == null
                || !JsonText.isJson(body)) {
            return false;
        }
        try (JsonParser json = JsonText.JSON.createParser(body)) {
            return json.nextToken() == JsonToken.START_OBJECT;
        }
    }

    private static Map<String, String> attributes(Map<String, String> headers) {
        Map<String, String> attributes = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                attributes.put(name.substring(PREFIX.length()), value);
            }
        });
        if (!attributes.isEmpty() && headers.containsKey(CONTENT_TYPE)) {
            attributes.put("datacontenttype", headers.get(CONTENT_TYPE));
        }
        return attributes;
    }

    private static Map<String, String> wrapping(SourceRecord record, Map<String, String> headers) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", record.topic() + '-' + record.partition() + '-' + record.offset());
        attributes.put("source", "/kafka/" + record.topic());
        attributes.put("type", "dev.berth.kafka.record");
        attributes.put(
                "time", Instant.ofEpochMilli(Math.max(0, record.timestampMs())).toString());
        if (headers.containsKey(CONTENT_TYPE)) {
            attributes.put("datacontenttype", headers.get(CONTENT_TYPE));
        }
        Optional.ofNullable(record.key()).flatMap(JsonText::utf8).ifPresent(key -> attributes.put("partitionkey", key));
        return attributes;
    }

    private static void data(JsonGenerator out, byte[] body, Map<String, String> attributes) throws IOException {
        if (body == null) {
            return;
        }
        String type =
                attributes.getOrDefault("datacontenttype", "application/json").toLowerCase(Locale.ROOT);
        boolean json = type.contains("json") && JsonText.isJson(body);
        Optional<String> text = JsonText.utf8(body);
        if (text.isEmpty()) {
            out.writeStringField("data_base64", Base64.getEncoder().encodeToString(body));
        } else if (json) {
            out.writeFieldName("data");
            out.writeRawValue(text.get().strip());
        } else {
            out.writeStringField("data", text.get());
        }
    }

    /** The first of each name, as text, names in lower case. */
    private static Map<String, String> headers(SourceRecord record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (SourceRecord.Header header : record.headers()) {
            Optional<String> text = header.value() == null ? Optional.empty() : JsonText.utf8(header.value());
            text.ifPresent(value -> headers.putIfAbsent(header.name().toLowerCase(Locale.ROOT), value));
        }
        return headers;
    }
}
