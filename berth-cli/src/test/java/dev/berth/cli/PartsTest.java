package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broker, router, executors and gateways, each in a process of its own. */
@Tag("integration")
@Tag("O1")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PartsTest {
    @TempDir
    private static Path folder;

    private static Processes berth;

    @BeforeAll
    static void start() {
        berth = new Processes(folder);
        berth.launch("broker", "broker").awaitReady();
        Stream.of(
                        berth.launch("router", "r1"),
                        berth.launch("executor", "e1"),
                        berth.launch("executor", "e2", "slots=3", "memory.mb=512"),
                        berth.launch("gateway", "g1"),
                        berth.launch("gateway", "g2"))
                .toList()
                .forEach(Processes.Part::awaitReady);
        Ran ran = berth.run(
                "deploy",
                RunningBerth.HOME.resolve("examples/hello-python").toString(),
                "--name",
                "hello",
                "--runtime",
                "python3",
                "--handler",
                "hello.handler");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R1")
    void aKeyFindsItsContainerThroughEitherGateway() {
        String first = container(invoke("g1", "ada"));
        assertThat(container(invoke("g2", "ada"))).isEqualTo(first);
        assertThat(container(invoke("g1", "ada"))).isEqualTo(first);
    }

    @Test
    void theExecutorsAreInstancesUnderTheirIdsWithTheCapacityThatTheyWereGiven() {
        JsonNode instances =
                new GatewayClient(berth.part("g2").url()).get("/instances").path("instances");
        assertThat(instances).hasSize(2);
        assertThat(instances.get(0).path("id").asText()).isEqualTo("e1");
        assertThat(instances.get(1).path("id").asText()).isEqualTo("e2");
        assertThat(instances.get(1).path("slots").asInt()).isEqualTo(3);
        assertThat(instances.get(1).path("memoryMb").asInt()).isEqualTo(512);
    }

    @Test
    void theReadyLineSaysWhatOthersMustKnow() {
        JsonNode ready = berth.part("e2").awaitReady();
        assertThat(ready.path("part").asText()).isEqualTo("executor");
        assertThat(ready.path("instance").asText()).isEqualTo("e2");
        assertThat(ready.path("containers").asText()).isEqualTo("process");
        assertThat(ready.path("kafka").asText()).isEqualTo(berth.bootstrapServers());
        assertThat(ready.path("health").asText()).startsWith("http://127.0.0.1:");
        assertThat(ready.path("pid").asLong()).isEqualTo(berth.part("e2").pid());
    }

    private static JsonNode invoke(String gateway, String key) {
        Ran ran = Ran.berth(
                "invoke",
                "hello",
                "--key",
                key,
                "--json",
                "--url",
                berth.part(gateway).url());
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }

    private static String container(JsonNode answer) {
        return answer.path("route").path("container").asText();
    }
}
