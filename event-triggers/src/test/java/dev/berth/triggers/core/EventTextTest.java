package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.schemas.EventShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What functions and filters see of records. */
@Tag("core")
class EventTextTest {
    private static final byte[] BROKEN = {(byte) 0xff, (byte) 0xfe};

    private static SourceRecord record(String key, byte[] value, String... headers) {
        List<SourceRecord.Header> all = Arrays.stream(headers)
                .map(each -> each.split("=", 2))
                .map(each -> new SourceRecord.Header(each[0], bytes(each[1])))
                .toList();
        return new SourceRecord("orders", 2, 17, 1_000, bytes(key), value, value, all, key);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode event(EventShape shape, SourceRecord... records) throws IOException {
        return new ObjectMapper().readTree(new EventText(shape, "b:9092").of(List.of(records)));
    }

    @Test
    @Tag("E1")
    void lambdasEventHasBase64AndHeadersAsSignedBytes() throws IOException {
        JsonNode event = event(EventShape.LAMBDA, record("k", BROKEN, "h=é"), record(null, null));
        assertThat(event.path("eventSource").asText()).isEqualTo("aws:SelfManagedKafka");
        assertThat(event.path("bootstrapServers").asText()).isEqualTo("b:9092");
        JsonNode first = event.path("records").path("orders-2").path(0);
        assertThat(first.path("value").binaryValue()).isEqualTo(BROKEN);
        assertThat(first.path("key").binaryValue()).isEqualTo(bytes("k"));
        assertThat(first.path("headers").toString()).isEqualTo("[{\"h\":[-61,-87]}]");
        assertThat(first.path("offset").asLong()).isEqualTo(17);
        JsonNode tombstone = event.path("records").path("orders-2").path(1);
        assertThat(tombstone.has("value")).isFalse();
        assertThat(tombstone.has("key")).isFalse();
    }

    @Test
    @Tag("E9")
    void cloudEventsStayWhatTheyAreAndOthersAreWrapped() throws IOException {
        SourceRecord binary = record(
                "k",
                bytes("{\"n\":1.50}"),
                "ce_specversion=1.0",
                "ce_id=7",
                "ce_source=/s",
                "ce_type=t",
                "ce_subject=x",
                "content-type=application/json");
        SourceRecord structured = record(
                null,
                bytes("{\"specversion\":\"1.0\",\"id\":\"8\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}"),
                "content-type=application/cloudevents+json; charset=UTF-8");
        JsonNode event =
                event(EventShape.CLOUDEVENTS, binary, structured, record("k", bytes("plain")), record("k", BROKEN));
        assertThat(event.path(0).path("id").asText()).isEqualTo("7");
        assertThat(event.path(0).path("subject").asText()).isEqualTo("x");
        assertThat(event.path(0).path("data").path("n").asDouble()).isEqualTo(1.5);
        assertThat(event.path(1).path("id").asText()).isEqualTo("8");
        assertThat(event.path(2).path("id").asText()).isEqualTo("orders-2-17");
        assertThat(event.path(2).path("data").asText()).isEqualTo("plain");
        assertThat(event.path(2).path("partitionkey").asText()).isEqualTo("k");
        assertThat(event.path(3).path("data_base64").binaryValue()).isEqualTo(BROKEN);
    }

    @Test
    @Tag("E1")
    void aValueIsPassedOnAsItIs() {
        EventText value = new EventText(EventShape.VALUE, "b");
        assertThat(value.of(List.of(record("k", BROKEN)))).isEqualTo(BROKEN);
        assertThat(value.of(List.of(record("k", null)))).isEqualTo(bytes("null"));
    }

    @Test
    @Tag("E2")
    void filtersSeeValueKeyHeadersAndPlace() {
        SourceRecord record = record("k7", bytes("{\"user\":{\"age\":41},\"tags\":[\"a\",\"b\"]}"), "source=shop");
        for (String matching : List.of(
                "{\"value\":{\"user\":{\"age\":[{\"numeric\":[\">\",40]}]}}}",
                "{\"value\":{\"tags\":[\"b\"]},\"key\":[{\"prefix\":\"k\"}]}",
                "{\"headers\":{\"source\":[\"shop\"]},\"partition\":[2],\"offset\":[17],\"topic\":[\"orders\"]}",
                "{\"value\":{\"gone\":[{\"exists\":false}]}}")) {
            assertThat(new Filters(List.of("{\"key\":[\"other\"]}", matching)).pass(record))
                    .as(matching)
                    .isTrue();
        }
        assertThat(new Filters(List.of("{\"value\":{\"user\":{\"age\":[40]}}}")).pass(record))
                .isFalse();
        assertThat(new Filters(List.of("{\"value\":[\"plain\"]}")).pass(record("k", bytes("plain"))))
                .isTrue();
        assertThat(new Filters(List.of("{\"value\":[\"plain\"]}")).pass(record(null, BROKEN)))
                .isFalse();
        assertThat(new Filters(List.of()).pass(record(null, null))).isTrue();
        assertThatThrownBy(() -> new Filters(List.of("{\"value\": {\"n\": 1}}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Filter 1");
        assertThat(Filters.fault("no json")).isPresent();
    }

    @Test
    @Tag("E3")
    void whatAFunctionSaysOfItsBatchIsReadAsLambdaReadsIt() {
        Set<Long> all = Set.of(5L, 6L);
        assertThat(ItemFailures.of(null, all)).isEmpty();
        assertThat(ItemFailures.of(bytes("null"), all)).isEmpty();
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\":[]}"), all)).isEmpty();
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\":null}"), all)).isEmpty();
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\":[{\"itemIdentifier\":5}]}"), all))
                .containsExactly(5L);
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\":[{\"itemIdentifier\":\"t-0:6\"}]}"), all))
                .containsExactly(6L);
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\":[{\"itemIdentifier\":{\"offset\":6}}]}"), all))
                .containsExactly(6L);
        for (String bad : List.of(
                "no json",
                "\"text\"",
                "{\"batchItemFailures\":7}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":9}]}",
                "{\"batchItemFailures\":[{}]}")) {
            assertThat(ItemFailures.of(bytes(bad), all)).as(bad).isEqualTo(all);
        }
    }

    @Test
    @Tag("E5")
    void avroBecomesPlainJson() throws IOException {
        Schema schema = new Schema.Parser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"u\",\"type\":[\"null\",\"string\"]},"
                                + "{\"name\":\"b\",\"type\":\"bytes\"},{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"double\"}},"
                                + "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}},{\"name\":\"a\",\"type\":"
                                + "{\"type\":\"array\",\"items\":\"long\"}}]}");
        Object row = new GenericRecordBuilder(schema)
                .set("u", "x")
                .set("b", ByteBuffer.wrap(BROKEN))
                .set("m", Map.of("k", Double.NaN))
                .set("e", "A")
                .set("a", List.of(1L << 60))
                .build();
        assertThat(new String(AvroJson.of(row), StandardCharsets.UTF_8))
                .isEqualTo("{\"u\":\"x\",\"b\":\"ÿþ\",\"m\":{\"k\":\"NaN\"},\"e\":\"A\",\"a\":[1152921504606846976]}");
    }

    @Test
    @Tag("E1")
    void aNoteIsReadAsItWasWritten() {
        CommitNote note = new CommitNote("abcDEF_-123", 3, 1_234, true, 9, List.of(0L, 5_000_000_000L));
        assertThat(CommitNote.parse(note.text())).contains(note);
        assertThat(CommitNote.parse("")).isEmpty();
        assertThat(CommitNote.parse(null)).isEmpty();
        assertThat(CommitNote.parse("1 a b c d e f")).isEmpty();
    }

    @Test
    @Tag("E4")
    void waitsDoubleWithChanceAndHaveAnEnd() {
        RetryRule rule = new RetryRule(3, 10_000, 100, 1);
        for (int failures = 1; failures < 40; failures++) {
            long whole = Math.min(300_000, failures > 30 ? 300_000 : 100L << (failures - 1));
            assertThat(rule.waitMs(failures, "id")).isBetween(whole / 2, whole);
        }
        assertThat(rule.waitMs(3, "id")).isEqualTo(rule.waitMs(3, "id"));
        assertThat(rule.allows(3, 0, 10_000)).isTrue();
        assertThat(rule.allows(4, 0, 10)).isFalse();
        assertThat(rule.allows(1, 0, 10_001)).isFalse();
    }
}
