package dev.berth.schemas.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("R5")
class RoutingValuesTest {
    @Test
    void aPointerFindsNamesAndIndexes() {
        String payload =
                "{\"a\":[{\"skipped\":{\"id\":1}},{\"id\":\"x\"}],\"\":\"empty\",\"a/b\":\"slash\",\"m~n\":\"tilde\",\"0\":\"zero\"}";
        assertThat(pointed("/a/1/id", payload)).contains("x");
        assertThat(pointed("/", payload)).contains("empty");
        assertThat(pointed("/a~1b", payload)).contains("slash");
        assertThat(pointed("/m~0n", payload)).contains("tilde");
        assertThat(pointed("/0", payload)).contains("zero");
        assertThat(pointed("", "\"whole\"")).contains("whole");
    }

    @Test
    void aPointerToNothingFindsNothing() {
        String payload = "{\"a\":[1,2],\"n\":null,\"s\":\"text\",\"e\":\"\"}";
        for (String pointer :
                new String[] {"/b", "/a/2", "/a/-", "/a/01", "/a/x", "/a/99999999999", "/n", "/e", "/n/x", "/s/0"}) {
            assertThat(pointed(pointer, payload)).as(pointer).isEmpty();
        }
    }

    @Test
    void whatIsNotJsonHasNoValue() {
        for (String payload :
                new String[] {"", " ", "not json", "{\"id\":", "{\"id\"", "[", "{'id':1}", "{\"id\":tru}", "\u0000"}) {
            assertThat(pointed("/id", payload)).as(payload).isEmpty();
            assertThat(pointed("", payload)).as(payload).isEmpty();
        }
    }

    @Test
    void aPayloadIsReadNoFurtherThanTheValue() {
        assertThat(pointed("/id", "{\"id\":\"x\", and then it breaks")).contains("x");
    }

    @Test
    void ofEqualNamesTheFirstCounts() {
        assertThat(pointed("/id", "{\"id\":1,\"id\":2}")).contains("1");
        assertThat(pointed("", "{\"id\":1,\"id\":2}")).contains("{\"id\":1}");
    }

    @Test
    void numbersAreComparedByValue() {
        for (String one : new String[] {"1", "1.0", "1e0", "10E-1", "0.1e+1", "1.000"}) {
            assertThat(pointed("/id", "{\"id\":" + one + "}")).as(one).contains("1");
        }
        assertThat(pointed("", "-0.0")).contains("0");
        assertThat(pointed("", "12345678901234567891")).contains("12345678901234567891");
        assertThat(pointed("", "12345678901234567892")).contains("12345678901234567892");
        assertThat(pointed("", "0.1")).contains("0.1");
        assertThat(pointed("", "1e999")).isEqualTo(pointed("", "10e998")).contains("1E+999");
    }

    @Test
    void anAbsurdNumberCostsNothing() {
        assertThat(pointed("", "1e99999999999999")).contains("1e99999999999999");
        assertThat(pointed("", "1e2147483647")).isPresent();
        assertThat(pointed("", "1e-2147483648")).isPresent();
        assertThat(pointed("/id", "{\"n\":" + "9".repeat(2_000_000) + ",\"id\":7}"))
                .contains("7");
    }

    @Test
    void objectsAreEqualWhateverTheirOrder() {
        assertThat(pointed("/u", "{\"u\": {\"b\": [1.0, true, null], \"a\": \"\\u0041\\n\"}}"))
                .isEqualTo(pointed("/u", "{\"u\":{\"a\":\"A\\n\",\"b\":[1,true,null]}}"))
                .contains("{\"a\":\"A\\n\",\"b\":[1,true,null]}");
    }

    @Test
    void deepPayloadsAreNoValueAndNoFailure() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(pointed("", deep)).isEmpty();
        assertThat(pointed("/id", "{\"x\":" + deep + ",\"id\":1}")).isEmpty();
        assertThat(pointed("", "[".repeat(101) + "]".repeat(101))).isPresent();
        assertThat(pointed("", "[".repeat(102) + "]".repeat(102))).isEmpty();
    }

    @Test
    void longValuesAreTheirSha256() {
        String fits = "x".repeat(256);
        assertThat(pointed("", '"' + fits + '"')).contains(fits);
        assertThat(pointed("", "\"" + fits + "x\""))
                .contains("15eb95a462ee20bd91a415ae2d4aed341288186ddaa2b37908f7d592f0c3f85f");
        assertThat(RoutingValues.derive(
                        rule(RoutingSource.RECORD_KEY, ""), invocation().build(), new byte[10_000]))
                .get()
                .asString()
                .hasSize(64);
    }

    @Test
    void halfASurrogatePairIsWhatATopicMakesOfIt() {
        assertThat(pointed("", "\"a\\ud800\"")).contains("a?");
    }

    @Test
    void aPayloadInsideALargerBufferIsReadWhereItLies() {
        ByteBuffer slice =
                ByteBuffer.wrap("xx{\"id\":5}yy".getBytes(UTF_8), 2, 8).slice();
        Invocation invocation = invocation().setPayload(slice).build();
        assertThat(RoutingValues.derive(rule(RoutingSource.JSON_POINTER, "/id"), invocation, null))
                .contains("5");
        assertThat(invocation.getPayload().remaining()).as("untouched").isEqualTo(8);
        invocation.setPayload(slice.asReadOnlyBuffer());
        assertThat(RoutingValues.derive(rule(RoutingSource.JSON_POINTER, "/id"), invocation, null))
                .contains("5");
    }

    @Test
    void aRuleOnTheTopicThatNobodyCheckedDerivesNothing() {
        assertThat(pointed("id", "{\"id\":1}")).isEmpty();
        assertThat(pointed("/~", "{\"~\":1}")).isEmpty();
    }

    @Test
    void headersAreFoundWhateverTheirCase() {
        RoutingRule rule = rule(RoutingSource.HEADER, "X-Session");
        assertThat(headers(rule, Map.of("x-session", "s"))).contains("s");
        assertThat(headers(rule, Map.of("X-SESSION", "b", "x-session", "a"))).contains("b");
        assertThat(headers(rule, Map.of("X-Session", "exact", "X-SESSION", "b")))
                .contains("exact");
        assertThat(headers(rule, Map.of("X-Session", ""))).as("empty").isEmpty();
        assertThat(headers(rule, Map.of("X-Sess", "s"))).isEmpty();
    }

    @Test
    void attributesAreThoseOfTheEventThenTheInvocationsOwn() {
        RoutingRule source = rule(RoutingSource.ATTRIBUTE, "source");
        assertThat(headers(source, Map.of("ce_source", "kafka", "ce-source", "http")))
                .contains("kafka");
        assertThat(headers(source, Map.of("Ce-Source", "http"))).contains("http");
        assertThat(headers(source, Map.of("source", "no attribute"))).isEmpty();
        assertThat(headers(rule(RoutingSource.ATTRIBUTE, "origin"), Map.of("ce_origin", "event")))
                .contains("event");
        assertThat(headers(rule(RoutingSource.ATTRIBUTE, "origin"), Map.of())).contains("kafka");
        assertThat(headers(rule(RoutingSource.ATTRIBUTE, "Qualifier"), Map.of()))
                .contains("live");
        assertThat(headers(rule(RoutingSource.ATTRIBUTE, "parent"), Map.of())).isEmpty();
    }

    @Test
    @Tag("R4")
    void theTenantCanBeTheValue() {
        assertThat(RoutingValues.derive(
                        rule(RoutingSource.TENANT, ""), invocation().build(), null))
                .contains("acme");
    }

    @Test
    void aRecordKeyIsTextOrElseHex() {
        RoutingRule rule = rule(RoutingSource.RECORD_KEY, "");
        Invocation invocation = invocation().build();
        assertThat(RoutingValues.derive(rule, invocation, "schlüssel".getBytes(UTF_8)))
                .contains("schlüssel");
        assertThat(RoutingValues.derive(rule, invocation, new byte[] {(byte) 0xC3, 0x28}))
                .contains("c328");
        assertThat(RoutingValues.derive(rule, invocation, null)).isEmpty();
        assertThat(RoutingValues.derive(
                        rule, invocation, Partitions.keyText(invocation).getBytes(UTF_8)))
                .as("Berth's own key for what has no value")
                .isEmpty();
    }

    @Test
    void noRuleDerivesNothing() {
        assertThat(RoutingValues.derive(null, invocation().build(), "k".getBytes(UTF_8)))
                .isEmpty();
        assertThat(RoutingValues.derive(
                        rule(RoutingSource.NONE, ""), invocation().build(), "k".getBytes(UTF_8)))
                .isEmpty();
    }

    private static Optional<String> headers(RoutingRule rule, Map<String, String> headers) {
        return RoutingValues.derive(rule, invocation().setHeaders(headers).build(), null);
    }

    private static Optional<String> pointed(String pointer, String payload) {
        return RoutingValues.derive(
                rule(RoutingSource.JSON_POINTER, pointer),
                invocation()
                        .setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8)))
                        .build(),
                null);
    }

    private static RoutingRule rule(RoutingSource source, String expression) {
        return new RoutingRule(source, expression);
    }

    private static Invocation.Builder invocation() {
        return Invocation.newBuilder()
                .setId("i1")
                .setTenant("acme")
                .setFunction("f")
                .setQualifier("live");
    }
}
