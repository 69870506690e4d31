package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.gateway.registry.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that speaks TLS and asks for a password (SASL/PLAIN), and parts that are told both by their configuration file. */
@Tag("integration")
@Tag("S6")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SecuredBrokerTest {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
    private static final String PASSWORD = "hush-hush-1";
    private static final String STORE_PASSWORD = "store-secret-2";

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static RegistryServer registry;
    private static Processes berth;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Path store = keyStore();
        port = freePort();
        int plain = freePort();
        broker = EmbeddedBroker.start(
                new EmbeddedBroker.Config(folder.resolve("broker"), plain).with(secured(store, plain)));
        registry = RegistryServer.listen("127.0.0.1", 0, folder.resolve("registry"));
        berth = new Processes(folder);
        String config = "--config=" + config(PASSWORD);
        Stream.of(launch("router", "r", config), launch("executor", "e", config), launch("gateway", "g", config))
                .toList()
                .forEach(Processes.Part::awaitReady);
    }

    @AfterAll
    static void stop() {
        berth.close();
        registry.close();
        broker.close();
    }

    @Test
    void partsWorkOnABrokerThatAsksForAPasswordOverTls() {
        Stage stage = new Stage(berth::run, folder);
        stage.deploy("stage");
        String first = Stage.container(stage.invoke("stage", "{}", "--key", "k"));
        assertThat(Stage.container(stage.invoke("stage", "{}", "--key", "k"))).isEqualTo(first);
    }

    @Test
    void noLogTellsAPassword() {
        for (String part : List.of("r", "e", "g")) {
            assertThat(berth.part(part).log())
                    .contains("kafka.sasl.jaas.config=***")
                    .doesNotContain(PASSWORD)
                    .doesNotContain(STORE_PASSWORD);
        }
    }

    @Test
    void aWrongPasswordIsSaidAtOnceAndNotRepeated() throws IOException {
        Ran ran = Ran.berth(
                "router", "--config", config("wrong-3").toString(), "--set", "data.dir=" + folder.resolve("other"));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.errors())
                .last()
                .asString()
                .contains("refused this process", "kafka.sasl.*")
                .doesNotContain("wrong-3");
    }

    private static Processes.Part launch(String role, String name, String config) {
        // Where it lies comes by the file alone.
        return berth.launchWith(role, name, List.of(config), List.of());
    }

    private static Path config(String password) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=127.0.0.1:" + port,
                "kafka.security.protocol=SASL_SSL",
                "kafka.sasl.mechanism=PLAIN",
                "kafka.sasl.jaas.config=" + LOGIN + "username=\"berth\" password=\"" + password + "\";",
                "kafka.ssl.truststore.location=" + folder.resolve("store.p12"),
                "kafka.ssl.truststore.password=" + STORE_PASSWORD,
                "registry.url=" + registry.url()));
        return Files.write(Files.createTempFile(folder, "berth", ".properties"), lines);
    }

    private static Map<String, String> secured(Path store, int plain) {
        Map<String, String> further = new HashMap<>();
        int controller = freePort();
        further.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        further.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + plain + ",SASL_SSL://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:"
                        + controller);
        further.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + plain + ",SASL_SSL://127.0.0.1:" + port);
        further.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
        further.put("sasl.enabled.mechanisms", "PLAIN");
        further.put(
                "listener.name.sasl_ssl.plain.sasl.jaas.config",
                LOGIN + "username=\"admin\" password=\"admin\" user_berth=\"" + PASSWORD + "\";");
        further.put("ssl.keystore.type", "PKCS12");
        further.put("ssl.keystore.location", store.toString());
        further.put("ssl.keystore.password", STORE_PASSWORD);
        further.put("ssl.key.password", STORE_PASSWORD);
        return further;
    }

    /** A key and its certificate for this address, signed by itself: store of the broker, and what clients trust. */
    private static Path keyStore() throws IOException, InterruptedException {
        Path store = folder.resolve("store.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", "broker", "-keyalg", "EC", "-dname", "CN=broker", "-validity", "2"));
        command.addAll(List.of("-ext", "SAN=IP:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass", STORE_PASSWORD, "-keypass", STORE_PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return store;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
