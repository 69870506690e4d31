package dev.berth.gateway.events.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * CloudEvents 1.0 as HTTP carries them (binary, structured or batched), made into records as the Kafka binding wants them: binary mode,
 * attributes in headers that begin with {@code ce_}. The record's key is the extension {@code partitionkey}, as the binding says, else
 * the subject.
 */
final class CloudEvents {
    static final String STRUCTURED = "application/cloudevents+json";
    static final String BATCHED = "application/cloudevents-batch+json";

    /** Of one batch. */
    static final int MOST_EVENTS = 1_000;

    private static final String VERSION = "1.0";
    private static final List<String> REQUIRED = List.of("id", "source", "specversion", "type");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");
    private static final Pattern PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private CloudEvents() {}

    /**
     * A request in binary mode.
     *
     * @param attributes by their names, without {@code ce-}, as the headers have them
     */
    static EventRecord binary(Map<String, String> attributes, String contentType, byte[] body) {
        Map<String, String> decoded = new TreeMap<>();
        attributes.forEach((name, value) -> decoded.put(name, decoded(name, value)));
        return record("The event", decoded, contentType, body);
    }

    /** A request in structured mode. */
    static EventRecord structured(byte[] body) {
        return structured("The event", Json.parseObject(body));
    }

    /** A request that holds several. */
    static List<EventRecord> batched(byte[] body) {
        JsonNode events = Json.parse(body)
                .filter(JsonNode::isArray)
                .orElseThrow(() -> ApiError.invalidContent(BATCHED + " is a JSON array of events.")
                        .exception());
        if (events.size() > MOST_EVENTS) {
            throw ApiError.tooLarge("The batch has " + events.size() + " events; at most " + MOST_EVENTS
                            + " fit. Nothing was published.")
                    .exception();
        }
        List<EventRecord> records = new ArrayList<>();
        for (JsonNode event : events) {
            records.add(structured("Event " + records.size() + " of the batch", event));
        }
        return records;
    }

    private static EventRecord structured(String which, JsonNode event) {
        if (!event.isObject()) {
            throw refuse(which + " is no JSON object.");
        }
        Map<String, String> attributes = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().equals("data") || field.getKey().equals("data_base64") || value.isNull()) {
                continue;
            }
            if (!value.isValueNode()) {
                throw refuse(which + " has an attribute " + Known.shown(field.getKey())
                        + " that is no string, number or truth value.");
            }
            attributes.put(field.getKey(), value.asText());
        }
        String contentType = attributes.remove("datacontenttype");
        return record(
                which,
                attributes,
                contentType == null ? "application/json" : contentType,
                data(which, event, contentType));
    }

    private static byte[] data(String which, JsonNode event, String contentType) {
        JsonNode base64 = event.path("data_base64");
        JsonNode data = event.path("data");
        if (!base64.isMissingNode() && !data.isMissingNode()) {
            throw refuse(which + " has data and data_base64. Give one of the two.");
        }
        if (!base64.isMissingNode()) {
            try {
                return Base64.getDecoder().decode(base64.asText());
            } catch (IllegalArgumentException e) {
                throw refuse(which + " has a data_base64 that is not Base64.");
            }
        }
        if (data.isMissingNode()) {
            return new byte[0];
        }
        boolean json = contentType == null || contentType.matches("(?i)[^;]*[/+]json\\s*(;.*)?");
        return data.isTextual() && !json ? data.asText().getBytes(StandardCharsets.UTF_8) : Json.bytes(data);
    }

    private static EventRecord record(String which, Map<String, String> attributes, String contentType, byte[] data) {
        for (String required : REQUIRED) {
            if (attributes.getOrDefault(required, "").isEmpty()) {
                throw refuse(which + " is no CloudEvent: it has no " + required
                        + ". An event has id, source, specversion" + " and type.");
            }
        }
        if (!attributes.get("specversion").equals(VERSION)) {
            throw refuse(which + " has specversion " + Known.shown(attributes.get("specversion")) + "; Berth knows "
                    + VERSION + ".");
        }
        List<EventRecord.Header> headers = new ArrayList<>();
        attributes.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw refuse(which + " has an attribute '" + Known.shown(name)
                        + "'; names are 1 to 64 lower-case letters and digits.");
            }
            headers.add(new EventRecord.Header("ce_" + name, value));
        });
        if (contentType != null) {
            headers.add(new EventRecord.Header("content-type", contentType));
        }
        return new EventRecord(
                Optional.ofNullable(attributes.getOrDefault("partitionkey", attributes.get("subject"))), data, headers);
    }

    /** The HTTP binding escapes what is not printable ASCII. */
    private static String decoded(String name, String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        if (PERCENT.matcher(value).find()) {
            throw refuse("The header ce-" + name + " has a % that is no escape; a % itself is written %25.");
        }
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(value.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidContent(message).exception();
    }
}
