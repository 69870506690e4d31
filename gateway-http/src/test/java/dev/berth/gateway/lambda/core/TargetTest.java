package dev.berth.gateway.lambda.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.RequestFields;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.routing.RoutingRules;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class TargetTest {

    @Test
    @Tag("R3")
    @Tag("R6")
    void theBodyOfABerthResourceSaysTheSameAsTheHeaders() {
        Target byHeaders = Target.of(headers(
                "X-Berth-Key", "k",
                "X-Berth-Busy", "Wait",
                "X-Berth-Pin", "require",
                "X-Berth-Same-Container-As", "i-1"));
        Target byFields = Target.of(
                fields("{\"key\":\"k\",\"busy\":\"wait\",\"pin\":\"REQUIRE\",\"sameContainerAs\":\"i-1\"}"),
                byHeaders.header());

        assertThat(byFields).isEqualTo(byHeaders);
        assertThat(byFields.busy()).isEqualTo(BusyPolicy.WAIT);
        assertThat(byFields.pin()).isEqualTo(PinPolicy.REQUIRE);
        assertThat(byFields.sameContainerAs()).contains("i-1");
        assertThat(Target.of(headers("X-Amz-Tenant-Id", "blue")).routingValue()).contains("blue");
        assertThat(Target.of(headers("x-berth-container", "c-1")).containerId()).contains("c-1");
    }

    @Test
    void whatContradictsItselfIsRefusedByTheNamesOfBoth() {
        refused(headers("X-Berth-Same-Container-As", "i-1", "X-Berth-Container", "c-1"), "i-1", "c-1");
        refused(headers("X-Berth-Key", "a", "X-Amz-Tenant-Id", "b"), "X-Berth-Key", "X-Amz-Tenant-Id");
        assertThatThrownBy(() -> Target.of(fields("{\"key\":\"a\"}"), headers("X-Berth-Key", "b")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("X-Berth-Key");
        assertThatThrownBy(() -> Target.of(fields("{\"key\":\"a\"}"), headers("X-Amz-Tenant-Id", "b")))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void whatCannotBeIsRefusedWithWhatCan() {
        refused(headers("X-Berth-Busy", "maybe"), "auto, wait, spill or fail");
        refused(headers("X-Berth-Pin", "always"), "prefer or require");
        refused(headers("X-Berth-Key", ""), "empty");
        refused(headers("X-Berth-Key", "k".repeat(257)), "257");
        refused(headers("X-Berth-Container", ""), "X-Berth-Container");
        refused(headers("X-Berth-Same-Container-As", "i".repeat(300)), "256");
    }

    @Test
    @Tag("R5")
    void aRuleDerivesTheValueWhereTheCallerGivesNone() {
        assertThat(value("json:/user/id", "{\"user\":{\"id\":7.0}}", headers())).isEqualTo("7");
        assertThat(value("header:X-Session", "{}", headers("x-session", "s"))).isEqualTo("s");
        assertThat(value("attribute:source", "{}", headers("ce-source", "/shop")))
                .isEqualTo("/shop");
        assertThat(value("attribute:origin", "{}", headers())).isEqualTo("http");
        assertThat(value("tenant", "{}", headers())).isEqualTo("acme");
        assertThat(value("record-key", "{}", headers())).isNull();
        assertThat(value("none", "{}", headers())).isNull();
        assertThat(value("json:/user/id", "{}", headers())).isNull();
        assertThat(value("json:/id", "{\"id\":1}", headers("X-Berth-Key", "given")))
                .isEqualTo("given");
    }

    @Test
    @Tag("R5")
    void aHeaderIsTheSameTextHereAsInAKafkaRecordAndGoesAlong() {
        String onTheWire = new String("Zürich".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Invocation invocation = invocation("{}");

        Target.of(headers("X-Session", onTheWire, "X-Other", "o")).on(invocation, spec("header:X-Session"));

        assertThat(invocation.getRoutingValue()).isEqualTo("Zürich");
        assertThat(invocation.getHeaders()).containsExactlyEntriesOf(Map.of("x-session", "Zürich"));
    }

    private static String value(String rule, String payload, UnaryOperator<String> headers) {
        Invocation invocation = invocation(payload);
        Target.of(headers).on(invocation, spec(rule));
        return invocation.getRoutingValue();
    }

    private static void refused(UnaryOperator<String> headers, String... named) {
        assertThatThrownBy(() -> Target.of(headers))
                .isInstanceOf(ApiException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(named));
    }

    private static UnaryOperator<String> headers(String... namesAndValues) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers::get;
    }

    private static RequestFields fields(String json) {
        return RequestFields.parse(json.getBytes(StandardCharsets.UTF_8), "A job", Target.FIELDS);
    }

    private static Invocation invocation(String payload) {
        return Invocation.newBuilder()
                .setId("i")
                .setTenant("acme")
                .setFunction("f")
                .setOrigin("http")
                .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static FunctionSpec spec(String rule) {
        return FunctionSpec.newBuilder()
                .setTenant("acme")
                .setName("f")
                .setLatest(FunctionVersion.newBuilder()
                        .setVersion("$LATEST")
                        .setRevision(1)
                        .setRuntime("python3")
                        .setHandler("app.handler")
                        .setCode(new CodeRef("00ff", 4L, 1, 0L))
                        .build())
                .setRouting(RoutingRules.parse(rule))
                .build();
    }
}
