package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parts that are told to end: what they do for those who depend on them, and what they say of their health meanwhile. */
@Tag("integration")
@Tag("V5")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PartsStopTest {
    private static final int TAKEN = 4;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static Processes berth;
    private static Stage stage;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() {
        berth = new Processes(folder);
        berth.launch("broker", "broker").awaitReady();
        Stream.of(
                        berth.launch("router", "r1"),
                        berth.launch("router", "r2"),
                        berth.launch("executor", "e1"),
                        berth.launch("executor", "e2"),
                        berth.launch("gateway", "g1"))
                .toList()
                .forEach(Processes.Part::awaitReady);
        stage = new Stage(berth::run, folder);
        stage.deploy("stage");
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void anExecutorLetsWhatRunsEndTakesNothingNewAndLeavesNoContainer() throws Exception {
        Stage.Held held = stage.hold("stage", "drained", "--key", "drained");
        String instance = instanceOf("drained");
        Processes.Part executor = berth.part(instance);
        String health = executor.awaitReady().path("health").asText();
        assertThat(get(readiness(health))).isEqualTo(200);

        assertThat(Processes.containers(executor.setting("data.dir"))).isNotEmpty();
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(executor::stop);
        await().atMost(SOON).until(() -> get(readiness(health)) == 503);
        assertThat(get(URI.create(health))).as("it lives").isEqualTo(200);
        // Its key is busy on an instance that takes nothing: another container serves, on the other instance.
        JsonNode other = stage.invoke("stage", "{}", "--key", "drained", "--busy", "spill");
        assertThat(other.path("route").path("instance").asText()).isNotEqualTo(instance);
        assertThat(exit).isNotDone();

        held.release();
        assertThat(held.answer().get().path("route").path("instance").asText()).isNotEmpty();
        assertThat(exit.get()).isZero();
        assertThat(Processes.containers(executor.setting("data.dir"))).isEmpty();
        executor.restart().awaitReady();
    }

    @Test
    void aRouterHandsItsPartitionsOverWithoutWaitingForItsSessionToEnd() {
        Processes.Part router = berth.part("r1");
        assertThat(router.stop()).isZero();
        long startedNs = System.nanoTime();
        // One key for each partition, and more.
        for (int i = 0; i < 24; i++) {
            stage.invoke("stage", "{}", "--key", "k" + i);
        }
        // The broker's sessions last 6 s; a bound on the clock would only be right on a quiet machine.
        assertThat(Duration.ofNanos(System.nanoTime() - startedNs)).isLessThan(Duration.ofSeconds(60));
        router.restart().awaitReady();
    }

    @Test
    void aGatewayFinishesTheCallsThatItAccepted() throws Exception {
        Stage.Held held = stage.hold("stage", "accepted");
        Processes.Part gateway = berth.part("g1");
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(gateway::stop);
        await().atMost(SOON).until(() -> get(URI.create(gateway.url() + "/readyz")) == 503);
        held.release();
        assertThat(held.answer().get().path("route").path("instance").asText()).isNotEmpty();
        assertThat(exit.get()).isZero();
        gateway.restart().awaitReady();
        assertThat(get(URI.create(gateway.url() + "/healthz"))).isEqualTo(200);
    }

    @Test
    void whoComesLaterWithAnInstanceIdTakesItOverAndTheOtherSaysSo() {
        Processes.Part first = berth.launch("executor", "twin");
        first.awaitReady();
        Processes.Part second = berth.launch("executor", "twin2", "instance.id=twin");
        second.awaitReady();
        assertThat(first.awaitEnd()).isEqualTo(TAKEN);
        assertThat(first.log()).contains("Another process works as instance twin");
        assertThat(second.stop()).isZero();
    }

    private static String instanceOf(String key) {
        return new GatewayClient(berth.gatewayUrl())
                .get("/pins?function=stage&key=" + key)
                .path("pin")
                .path("instanceId")
                .asText();
    }

    private int get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static URI readiness(String health) {
        return URI.create(health.replace("/healthz", "/readyz"));
    }
}
