package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that cannot start say why in a line, and end with the exit code that tells supervisors what kind it is. */
@Tag("integration")
@Tag("O1")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PartsRefusedTest {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int UNREACHABLE = 3;
    private static final int TAKEN = 4;

    @TempDir
    private static Path folder;

    private static Processes berth;

    @TempDir
    private Path data;

    @BeforeAll
    static void start() {
        berth = new Processes(folder);
        berth.launch("broker", "broker").awaitReady();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void aBrokerThatDoesNotAnswerIsWaitedForAndThenNamed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = run("router", "kafka.bootstrap.servers=127.0.0.1:" + silent.getLocalPort(), "start.wait=1s");
            assertThat(ran.exitCode()).isEqualTo(UNREACHABLE);
            assertThat(lastError(ran))
                    .contains(
                            "Kafka does not answer at 127.0.0.1:" + silent.getLocalPort(),
                            "start.wait",
                            "security.protocol");
        }
    }

    @Test
    void aRegistryThatDoesNotAnswerIsWaitedForAndThenNamed() {
        Ran ran = run("executor", "registry.url=http://127.0.0.1:1", "start.wait=1s", "instance.id=x");
        assertThat(ran.exitCode()).isEqualTo(UNREACHABLE);
        assertThat(lastError(ran)).contains("The schema registry does not answer at http://127.0.0.1:1", "start.wait");
    }

    @Test
    void whatIsNoRegistryIsRefusedWithoutWaiting() throws IOException {
        HttpServer page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        page.createContext("/", exchange -> {
            byte[] body = "<html>Welcome</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        page.start();
        try {
            Ran ran = run(
                    "router",
                    "registry.url=http://127.0.0.1:" + page.getAddress().getPort());
            assertThat(ran.exitCode()).isEqualTo(FAILED);
            assertThat(lastError(ran)).contains("registry.url", "no schema registry");
        } finally {
            page.stop(0);
        }
    }

    @Test
    void otherPartitionsThanTheInstallationHasAreRefusedWithTheNumberThatFits() {
        Ran ran = Ran.berth("topics", "create", "--set", "kafka.bootstrap.servers=" + berth.bootstrapServers());
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("berth.invocations  8");
        Ran other = run("router", "topics.partitions=9");
        assertThat(other.exitCode()).isEqualTo(FAILED);
        assertThat(lastError(other)).contains("has 8 partitions, but 9 are configured", "topics.partitions=8");
    }

    @Test
    void aTakenPortOrFolderIsNamedWithItsSetting() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Ran health = run("router", "health.port=" + port);
            assertThat(health.exitCode()).isEqualTo(TAKEN);
            assertThat(lastError(health)).contains("Port " + port, "health.port");
            Ran gateway = run("gateway", "http.port=" + port);
            assertThat(gateway.exitCode()).isEqualTo(TAKEN);
            assertThat(lastError(gateway)).contains("Port " + port, "http.port");
        }
        Ran folder = run("router", "data.dir=" + berth.part("broker").setting("data.dir"));
        assertThat(folder.exitCode()).isEqualTo(TAKEN);
        assertThat(lastError(folder)).contains("in use by another berth", "data.dir");
    }

    @Test
    void wrongSettingsAreAllToldAtOnce() {
        Ran ran = run("executor", "slots=0", "memory.mbs=1", "prewarm=python3:128");
        assertThat(ran.exitCode()).isEqualTo(USAGE);
        assertThat(ran.errors()).hasSize(3);
        Ran together = run("executor", "memory.mb=64", "prewarm=python3:128=0..1");
        assertThat(together.exitCode()).isEqualTo(USAGE);
        assertThat(lastError(together)).contains("prewarm", "128 MB", "memory.mb=64");
    }

    @Test
    @Tag("S2")
    void aGatewayForOtherMachinesAsksHowItsDoorIsToBe() {
        Ran ran = run("gateway", "http.host=0.0.0.0", "http.port=0");
        assertThat(ran.exitCode()).isEqualTo(USAGE);
        assertThat(lastError(ran)).contains("http.host=0.0.0.0", "auth=keys", "auth=open");
    }

    @Test
    void everySettingIsListedAsAFileToStartFrom() {
        for (String part : List.of("router", "executor", "gateway", "broker", "topics")) {
            Ran ran = Ran.berth("config", part);
            assertThat(ran.exitCode()).isZero();
            assertThat(ran.out().lines()).allMatch(line -> line.isEmpty() || line.startsWith("#"));
        }
        assertThat(Ran.berth("config", "executor").out()).contains("#drain.timeout=30s", "BERTH_DRAIN_TIMEOUT");
        assertThat(Ran.berth("config", "waiter").exitCode()).isEqualTo(USAGE);
    }

    private Ran run(String part, String... sets) {
        List<String> args = new ArrayList<>(List.of(part, "--set", "data.dir=" + data));
        List<String> all = new ArrayList<>(
                List.of("kafka.bootstrap.servers=" + berth.bootstrapServers(), "registry.url=" + berth.registryUrl()));
        if (part.equals("executor")) {
            all.add("containers=process");
        }
        all.addAll(List.of(sets));
        all.forEach(set -> args.addAll(List.of("--set", set)));
        return Ran.berth(args.toArray(String[]::new));
    }

    private static String lastError(Ran ran) {
        return ran.errors().get(ran.errors().size() - 1);
    }
}
