package dev.berth.gateway.events.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.core.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
@Tag("E9")
class WebhookTest {
    @Test
    void aBodyIsTheValueAndHeadersGoAlongButForThoseOfTheConnectionAndSecrets() {
        EventRecord record = one(
                null,
                "{\"a\":1}",
                "Content-Type: application/json",
                "X-GitHub-Event: push",
                "X-Hub-Signature-256: sha256=ab",
                "Authorization: Bearer secret",
                "Cookie: s=1",
                "Host: here",
                "X-Berth-Tenant: acme",
                "X-Amz-Date: now");

        assertThat(text(record)).isEqualTo("{\"a\":1}");
        assertThat(record.key()).isEmpty();
        assertThat(headers(record))
                .containsOnly(
                        Map.entry("content-type", "application/json"),
                        Map.entry("x-github-event", "push"),
                        Map.entry("x-hub-signature-256", "sha256=ab"));
    }

    @Test
    void theKeyComesFromAHeaderOrFromTheValue() {
        assertThat(one(null, "x", "X-Berth-Key: k1").key()).contains("k1");
        assertThat(one("header:X-Order", "x", "x-order: o7").key()).contains("o7");
        assertThat(one("json:/order/id", "{\"order\":{\"id\":7.0}}").key()).contains("7");
        assertThat(one("json:/order/id", "no json").key()).isEmpty();
        assertThatThrownBy(() -> one("tenant", "x")).hasMessageContaining("header:NAME or json:POINTER");
        assertThatThrownBy(() -> one("json:order", "x")).hasMessageContaining("starts with a slash");
        assertThatThrownBy(() -> one("json:/a", "{}", "X-Berth-Key: k")).hasMessageContaining("one of the two");
    }

    @Test
    void aCloudEventInBinaryModeKeepsItsAttributesUnderKafkasNames() {
        EventRecord record = one(
                null,
                "<order/>",
                "Content-Type: application/xml",
                "ce-id: 1",
                "ce-source: /shop",
                "ce-type: order.placed",
                "ce-specversion: 1.0",
                "ce-subject: M%C3%BCller%20%26",
                "ce-trace: t");

        assertThat(text(record)).isEqualTo("<order/>");
        assertThat(record.key()).contains("Müller &");
        assertThat(headers(record))
                .containsEntry("ce_id", "1")
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_subject", "Müller &")
                .containsEntry("ce_trace", "t")
                .containsEntry("content-type", "application/xml")
                .hasSize(7);
    }

    @Test
    void aStructuredEventBecomesABinaryOne() {
        EventRecord record = one(null, """
                {"specversion":"1.0","id":"2","source":"/shop","type":"t","subject":"s","partitionkey":"p",
                 "time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{"n":1.50}}""", "Content-Type: application/cloudevents+json; charset=utf-8");

        assertThat(record.key()).contains("p");
        assertThat(headers(record))
                .containsEntry("ce_type", "t")
                .containsEntry("ce_partitionkey", "p")
                .containsEntry("ce_time", "2026-01-01T00:00:00Z")
                .containsEntry("content-type", "application/json")
                .doesNotContainKeys("ce_data", "ce_datacontenttype");
        assertThat(text(record)).contains("\"n\":1.5");
    }

    @Test
    void dataOfAStructuredEventIsTextJsonOrBytes() {
        String event = "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"/s\",\"type\":\"t\",%s}";
        String type = "Content-Type: application/cloudevents+json";

        assertThat(text(one(null, event.formatted("\"datacontenttype\":\"text/plain\",\"data\":\"hi\""), type)))
                .isEqualTo("hi");
        assertThat(text(one(null, event.formatted("\"data\":\"hi\""), type))).isEqualTo("\"hi\"");
        assertThat(one(null, event.formatted("\"data_base64\":\"AP8=\""), type).value())
                .containsExactly(0, 0xff);
        assertThat(one(null, event.formatted("\"subject\":null"), type).value()).isEmpty();
    }

    @Test
    void aBatchIsARecordEach() {
        String event = "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"/s\",\"type\":\"t\",\"subject\":\"s%d\"}";
        List<EventRecord> records = Webhook.records(
                null,
                List.of(Map.entry("content-type", "application/cloudevents-batch+json")),
                bytes("[" + event.formatted(1, 1) + "," + event.formatted(2, 2) + "]"));

        assertThat(records).extracting(record -> record.key().orElseThrow()).containsExactly("s1", "s2");
        assertThatThrownBy(() -> Webhook.records(
                        null,
                        List.of(Map.entry("content-type", "application/cloudevents-batch+json")),
                        bytes("[" + event.formatted(1, 1) + ",{\"id\":\"2\"}]")))
                .hasMessageContaining("Event 1 of the batch is no CloudEvent: it has no source");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/cloudevents+json       | {\"id\":1}                | no source",
                "application/cloudevents+json       | [                         | Could not parse",
                "application/cloudevents+xml        | <e/>                      | not supported",
                "application/cloudevents-batch+json | {}                        | JSON array",
                "application/json                   | {\"a\":                   | Could not parse",
                "application/cloudevents+json       | {\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"} | 0.3",
                "application/cloudevents+json       | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"Bad\":1} | lower-case",
                "application/cloudevents+json       | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"} | one of the two"
            })
    void whatIsNoEventSaysWhy(String contentType, String body, String said) {
        assertThatThrownBy(() -> one(null, body, "content-type: " + contentType))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(said);
    }

    private static EventRecord one(String keyRule, String body, String... headers) {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (String header : headers) {
            entries.add(Map.entry(header.replaceFirst(":.*", ""), header.replaceFirst("^[^:]*:\\s*", "")));
        }
        List<EventRecord> records = Webhook.records(keyRule, entries, bytes(body));
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static Map<String, String> headers(EventRecord record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers().forEach(header -> headers.put(header.name(), header.value()));
        return headers;
    }

    private static String text(EventRecord record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
