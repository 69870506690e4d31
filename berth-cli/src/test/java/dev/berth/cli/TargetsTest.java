package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Route;
import dev.berth.cli.pack.CodePackage;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Invocations that name where they want to run, and what becomes of them when it is busy, gone or not theirs. */
@Tag("integration")
@Timeout(120)
class TargetsTest {
    @TempDir
    private static Path data;

    @TempDir
    private static Path files;

    private static RunningBerth berth;
    private static FrontDoors doors;
    private static Stage stage;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        doors = new FrontDoors(berth);
        stage = new Stage(berth, files);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R6")
    void anInvocationRunsWhereAnotherRanOrWhereItSays() {
        // Exclusive, so that another key is another container.
        stage.deploy("targets", "--exclusive");
        JsonNode first = doors.answer("targets", "--key", "a");
        String container = Stage.container(first);
        String other = doors.invoke("targets", "--key", "b");
        assertThat(other).isNotEqualTo(container);

        assertThat(doors.invoke(
                        "targets",
                        "--key",
                        "a",
                        "--same-container-as",
                        first.path("id").asText()))
                .isEqualTo(container);
        assertThat(doors.invoke("targets", "--key", "a", "--container", container))
                .isEqualTo(container);
        assertThat(doors.http("targets", "{}", "X-Berth-Key", "b", "X-Berth-Container", other))
                .isEqualTo(other);
    }

    @Test
    @Tag("R6")
    void aSharedContainerIsFoundByItsIdWithoutARoutingValue() throws Exception {
        stage.deploy("shared");
        Stage.Held held = stage.hold("shared", "shared", "--key", "a");
        String second = doors.invoke("shared", "--key", "b");
        held.release();
        String first = Stage.container(held.answer().join());
        assertThat(second).as("the first was busy").isNotEqualTo(first);

        for (String container : new String[] {first, second, first}) {
            assertThat(doors.invoke("shared", "--container", container)).isEqualTo(container);
        }
        assertThat(doors.invoke(
                        "shared",
                        "--same-container-as",
                        held.answer().join().path("id").asText()))
                .isEqualTo(first);
    }

    @Test
    @Tag("R6")
    @Tag("R13")
    void whatIsNotThereIsSaidSo() {
        stage.deploy("absent");

        GatewayClient.Answer noInvocation =
                doors.request("absent", "{}", "X-Berth-Same-Container-As", "never-was", "X-Berth-Pin", "require");
        assertThat(noInvocation.status()).isEqualTo(404);
        assertThat(noInvocation.errorType()).isEqualTo("InvocationUnknownException");
        assertThat(noInvocation.error()).contains("never-was");
        GatewayClient.Answer noContainer =
                doors.request("absent", "{}", "X-Berth-Container", "never-was", "X-Berth-Pin", "require");
        assertThat(noContainer.status()).isEqualTo(410);
        assertThat(noContainer.errorType()).isEqualTo("PinGoneException");
        assertThat(doors.answer("absent").path("failed").asBoolean()).isFalse();
    }

    @Test
    @Tag("R9")
    void anotherTenantsContainerIsAnsweredAsOneThatNeverWas() {
        stage.deploy("private");
        JsonNode ours = doors.answer("private", "--key", "k");
        String[] theirs = {"X-Berth-Tenant", "intruder", "X-Berth-Pin", "require"};
        GatewayClient.Answer created = doors.post(
                "/2015-03-31/functions",
                "{\"FunctionName\":\"private\",\"Runtime\":\"python3\",\"Handler\":\"stage.handler\",\"Role\":\"r\","
                        + "\"Timeout\":20,\"Code\":{\"ZipFile\":\"" + zip() + "\"}}",
                "X-Berth-Tenant",
                "intruder");
        assertThat(created.ok()).as(created.error()).isTrue();

        GatewayClient.Answer known = named(theirs, "X-Berth-Container", Stage.container(ours));
        GatewayClient.Answer unknown = named(theirs, "X-Berth-Container", "never-was");
        assertThat(known.ok()).isFalse();
        assertThat(known.status()).isEqualTo(unknown.status());
        assertThat(known.errorType()).isEqualTo(unknown.errorType());
        assertThat(known.error().replace(Stage.container(ours), "X"))
                .isEqualTo(unknown.error().replace("never-was", "X"));

        String id = ours.path("id").asText();
        GatewayClient.Answer knownId = named(theirs, "X-Berth-Same-Container-As", id);
        GatewayClient.Answer unknownId = named(theirs, "X-Berth-Same-Container-As", "never-was");
        assertThat(knownId.ok()).isFalse();
        assertThat(knownId.error().replace(id, "X")).isEqualTo(unknownId.error().replace("never-was", "X"));
        assertThat(doors.http("private", "{}", "X-Berth-Tenant", "intruder", "X-Berth-Key", "k"))
                .isNotEqualTo(Stage.container(ours));
    }

    @Test
    @Tag("R12")
    void thePolicyDecidesWhatHappensWhenTheContainerIsBusy() throws Exception {
        stage.deploy("busy", "--exclusive");
        String container = doors.invoke("busy", "--key", "k");
        Stage.Held held = stage.hold("busy", "busy", "--key", "k");

        GatewayClient.Answer failing = doors.request("busy", "{}", "X-Berth-Key", "k", "X-Berth-Busy", "fail");
        assertThat(failing.status()).isEqualTo(429);
        assertThat(failing.errorType()).isEqualTo("PinBusyException");
        assertThat(failing.header("retry-after")).isPresent();

        Route spilled = Route.of(doors.request("busy", "{}", "X-Berth-Key", "k", "X-Berth-Busy", "spill"));
        assertThat(spilled.reuse()).isEqualTo("spilled");
        assertThat(spilled.container()).isNotEqualTo(container);

        CompletableFuture<Route> waiting = CompletableFuture.supplyAsync(() -> Route.of(
                doors.request("busy", "{}", "X-Berth-Key", "k", "X-Berth-Busy", "wait", "X-Berth-Pin", "require")));
        held.release();
        assertThat(Stage.container(held.answer().join())).isEqualTo(container);
        assertThat(waiting.join().container()).isEqualTo(container);
        assertThat(waiting.join().reuse()).isEqualTo("warm");
    }

    private static GatewayClient.Answer named(String[] headers, String name, String value) {
        return doors.request("private", "{}", headers[0], headers[1], headers[2], headers[3], name, value);
    }

    private static String zip() {
        return Base64.getEncoder().encodeToString(CodePackage.of(RunningBerth.FIXTURES.resolve("stage")));
    }
}
