package dev.berth.gateway.events.core;

import static dev.berth.gateway.events.core.Known.refuse;

import dev.berth.gateway.core.Json;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import dev.berth.schemas.routing.RoutingRules;
import dev.berth.schemas.routing.RoutingValues;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a request to {@code /events/TOPIC} becomes. */
public final class Webhook {
    /** Names the key itself. */
    public static final String KEY_HEADER = "x-berth-key";

    private static final String ATTRIBUTE = "ce-";
    private static final int MOST_HEADERS_CHARS = 16 * 1024;

    /** Of the connection, or secrets of whoever sent it: not for whoever reads the topic. */
    private static final Set<String> LEFT_OUT = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private Webhook() {}

    /**
     * The records of a request; several only of a batch of CloudEvents.
     *
     * @param keyRule where the key is: {@code header:NAME} or {@code json:POINTER} into the value; null for the usual
     * @param headers of the request, in their order, names in any case
     * @throws dev.berth.gateway.core.ApiException if it is a CloudEvent that is none, or the rule is none
     */
    public static List<EventRecord> records(String keyRule, List<Map.Entry<String, String>> headers, byte[] body) {
        Map<String, String> attributes = new TreeMap<>();
        List<EventRecord.Header> copied = new ArrayList<>();
        Map<String, String> byName = new HashMap<>();
        int chars = 0;
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            String value = header.getValue();
            byName.putIfAbsent(name, value);
            if (name.startsWith(ATTRIBUTE)) {
                attributes.put(name.substring(ATTRIBUTE.length()), value);
            } else if (!LEFT_OUT.contains(name)
                    && !name.startsWith("x-berth-")
                    && !name.startsWith("x-amz-")
                    && !name.equals("content-type")) {
                copied.add(new EventRecord.Header(name, value));
            }
            chars += name.length() + value.length();
        }
        if (chars > MOST_HEADERS_CHARS) {
            throw refuse("The request's headers have " + chars + " characters; at most " + MOST_HEADERS_CHARS
                    + " fit into a record.");
        }
        String contentType = byName.get("content-type");
        return events(attributes, contentType, body).stream()
                .map(event -> keyed(event, keyRule, byName).after(copied))
                .toList();
    }

    private static List<EventRecord> events(Map<String, String> attributes, String contentType, byte[] body) {
        String media = contentType == null
                ? ""
                : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        if (media.equals(CloudEvents.BATCHED)) {
            return CloudEvents.batched(body);
        }
        if (media.equals(CloudEvents.STRUCTURED)) {
            return List.of(CloudEvents.structured(body));
        }
        if (media.startsWith("application/cloudevents")) {
            throw refuse("CloudEvents come as " + CloudEvents.STRUCTURED + ", as " + CloudEvents.BATCHED
                    + ", or with their attributes in headers; " + Known.shown(media) + " is not supported.");
        }
        if (attributes.containsKey("specversion")) {
            return List.of(CloudEvents.binary(attributes, contentType, body));
        }
        if (media.equals("application/json")) {
            Json.requireValue(body);
        }
        List<EventRecord.Header> type =
                contentType == null ? List.of() : List.of(new EventRecord.Header("content-type", contentType));
        return List.of(new EventRecord(Optional.empty(), body, type));
    }

    private static EventRecord keyed(EventRecord event, String keyRule, Map<String, String> headers) {
        String named = headers.get(KEY_HEADER);
        if (named != null && keyRule != null) {
            throw refuse("The parameter key and the header X-Berth-Key both name a key. Give one of the two.");
        }
        if (named != null) {
            return event.under(Optional.of(named));
        }
        return keyRule == null ? event : event.under(found(rule(keyRule), event, headers));
    }

    private static RoutingRule rule(String text) {
        try {
            RoutingRule rule = RoutingRules.parse(text);
            if (rule.getSource() == RoutingSource.HEADER || rule.getSource() == RoutingSource.JSON_POINTER) {
                return rule;
            }
        } catch (IllegalArgumentException e) {
            throw refuse("The parameter key: " + e.getMessage());
        }
        throw refuse("The parameter key must be header:NAME or json:POINTER, such as json:/order/id.");
    }

    private static Optional<String> found(RoutingRule rule, EventRecord event, Map<String, String> headers) {
        return RoutingValues.derive(
                rule,
                Invocation.newBuilder()
                        .setId("")
                        .setFunction("")
                        .setHeaders(headers)
                        .setPayload(ByteBuffer.wrap(event.value()))
                        .build(),
                null);
    }
}
