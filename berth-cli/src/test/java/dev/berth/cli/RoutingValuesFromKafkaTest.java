package dev.berth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of Kafka clients that know nothing of routing values: the router derives them by the function's rule, and they find
 * the containers that the same values find over HTTP. The functions are exclusive: another value is another container.
 */
@Tag("integration")
@Timeout(120)
class RoutingValuesFromKafkaTest {
    @TempDir
    private static Path data;

    private static RunningBerth berth;
    private static FrontDoors doors;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        doors = new FrontDoors(berth);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R5")
    void thePayloadGivesTheValue() {
        deploy("by-json", "json:/user/id");
        String container = doors.invoke("by-json", "--payload", "{\"user\":{\"id\":7}}");

        Outcome outcome = doors.kafka(null, payload("by-json", "j1", "{\"user\":{\"id\":7.0}}"));

        assertThat(outcome.getResult().getRoutingValue()).isEqualTo("7");
        assertThat(outcome.getResult().getContainerId()).isEqualTo(container);
        assertThat(container(doors.kafka("another".getBytes(UTF_8), payload("by-json", "j2", "{\"user\":{\"id\":8}}"))))
                .isNotEqualTo(container);
    }

    @Test
    @Tag("R5")
    void aHeaderOrAnAttributeGivesTheValue() {
        deploy("by-header", "header:X-Session");
        deploy("by-attribute", "attribute:source");
        String byHeader = doors.http("by-header", "{}", "X-Session", "s1");
        String byAttribute = doors.http("by-attribute", "{}", "ce-source", "/shop");

        assertThat(container(doors.kafka(null, headed("by-header", "h1", Map.of("x-session", "s1")))))
                .isEqualTo(byHeader);
        assertThat(container(doors.kafka(null, headed("by-attribute", "a1", Map.of("ce_source", "/shop")))))
                .isEqualTo(byAttribute);
    }

    @Test
    @Tag("R4")
    void theTenantGivesTheValue() {
        deploy("by-tenant", "tenant");
        String container = doors.invoke("by-tenant");

        assertThat(container(doors.kafka("anything".getBytes(UTF_8), payload("by-tenant", "t1", "{}"))))
                .isEqualTo(container);
    }

    @Test
    @Tag("R5")
    void theRecordKeyGivesTheValueWhateverItsBytes() {
        deploy("by-key", "record-key");
        String container = doors.invoke("by-key", "--key", "order-1");

        assertThat(container(doors.kafka("order-1".getBytes(UTF_8), payload("by-key", "k1", "{}"))))
                .isEqualTo(container);
        Outcome bytes = doors.kafka(new byte[] {(byte) 0xC3, 0x28}, payload("by-key", "k2", "{}"));
        assertThat(bytes.getResult().getRoutingValue()).isEqualTo("c328");
        assertThat(container(bytes))
                .isEqualTo(doors.invoke("by-key", "--key", "c328"))
                .isNotEqualTo(container);
        assertThat(doors.kafka(null, payload("by-key", "k3", "{}")).getResult().getRoutingValue())
                .isNull();
        assertThat(doors.answer("by-key").path("failed").asBoolean()).isFalse();
        assertThat(berth.run("pins", "--function", "by-key", "--key", "default/by-key")
                        .out()
                        .strip())
                .as("Berth's own record key is no routing value")
                .isEqualTo("none");
    }

    @Test
    @Tag("R5")
    void aValueThatIsGivenCountsMoreThanTheRule() {
        deploy("given", "record-key");

        Outcome outcome = doors.kafka(
                "derived".getBytes(UTF_8),
                Invocation.newBuilder(payload("given", "g1", "{}"))
                        .setRoutingValue("given")
                        .build());

        assertThat(outcome.getResult().getRoutingValue()).isEqualTo("given");
    }

    @Test
    @Tag("R5")
    void whereTheRuleFindsNothingTheRecordRunsAllTheSame() {
        deploy("by-pointer", "json:/user/id");
        deploy("by-absent-header", "header:X-Session");

        int id = 0;
        for (String nothing : new String[] {"{}", "{\"user\":null}", "{\"user\":{\"id\":\"\"}}", "[]"}) {
            Outcome outcome = doors.kafka(null, payload("by-pointer", "n" + id++, nothing));
            assertThat(outcome.getResult().getRoutingValue()).as(nothing).isNull();
            assertThat(container(outcome)).as(nothing).isNotNull();
        }
        assertThat(doors.kafka(null, payload("by-absent-header", "n" + id, "{}"))
                        .getStatus())
                .isEqualTo(OutcomeStatus.SUCCEEDED);
    }

    @Test
    @Tag("R5")
    void aPayloadThatIsNoJsonReachesTheFunctionWithoutAValue() {
        deploy("no-json", "json:/id");

        Outcome outcome = doors.kafka(null, payload("no-json", "x1", "id=7"));

        assertThat(outcome.getResult().getRoutingValue()).isNull();
        assertThat(container(outcome))
                .as("the function says what it thinks of it")
                .isNotNull();
        assertThat(container(doors.kafka(null, payload("no-json", "x2", "{\"id\":7}"))))
                .isEqualTo(doors.invoke("no-json", "--key", "7"));
    }

    private static void deploy(String name, String rule) {
        Ran ran = doors.deploy(
                RunningBerth.HOME.resolve("examples/hello-python"),
                name,
                "hello.handler",
                "--routing",
                rule,
                "--exclusive");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static String container(Outcome outcome) {
        return outcome.getResult().getContainerId();
    }

    private static Invocation payload(String function, String id, String payload) {
        return Invocation.newBuilder()
                .setId(function + "-" + id)
                .setFunction(function)
                .setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8)))
                .build();
    }

    private static Invocation headed(String function, String id, Map<String, String> headers) {
        return Invocation.newBuilder(payload(function, id, "{}"))
                .setHeaders(headers)
                .build();
    }
}
