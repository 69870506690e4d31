package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class MainTest {
    @Test
    void theVersionNamesKafkaAndJava() {
        assertThat(Ran.berth("--version").out()).contains("berth", "Kafka 4.", "Java 17");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ivoke x | ivoke",
                "invoke | NAME",
                "deploy . --runtime python3 | --name",
                "deploy . --name a/b --runtime python3 --handler x.y | letters, digits",
                "deploy . --name a --runtime python3 | --handler",
                "deploy . --name a --runtime java | example.Handler::handleRequest",
                "deploy . --name a | PATH and --runtime",
                "deploy --name a --runtime python3 --handler x.y | PATH and --runtime",
                "deploy . --name a --image i | has no PATH",
                "deploy --name a --image i --layer . | has no PATH",
                "deploy --name a --image i --mount /srv:/srv | HOSTDIR:/mnt/NAME",
                "deploy --name a --image i --mount /a:/mnt/x --mount /b:/mnt/x | Two of --mount",
                "up --pull-images never | no time",
                "up --containers process --allow-mount /srv | about Docker containers",
                "deploy . --name a --runtime python3 --handler x.y --memory much | much",
                "invoke f --key Zürich | ASCII",
                "up --pause-after soon | such as 90s",
                "up --host 0.0.0.0 | --auth",
                "up --host 192.168.0.1 | --no-auth",
                "keys create --tenant a/b --data /nowhere | tenant's name",
                "up --prewarm python3 | python3:256=1..4",
                "up --prewarm ruby:256=1..4 | java or provided",
                "up --prewarm python3:256=4..1 | at least 4",
                "up --prewarm python3:4096=1..4 | 1024 MB for all",
                "up --prewarm python3:256=1..4 --prewarm-ttl 0s | time",
                "starts --bound -1 | --bound must be",
                "starts --since tomorrow | is no time",
                "up --container-processes 0 | mostProcesses=0",
                "up --containers process --allow-network | about Docker containers",
                "deploy . --name a --runtime python3 --handler x.y --routing user | json:POINTER",
                "deploy . --name a --runtime python3 --handler x.y --routing json:user/id | starts with a slash",
                "deploy . --name a --runtime python3 --handler x.y --routing header: | header's name",
                "deploy . --name a --runtime python3 --handler x.y --max-age 6 | no time",
                "deploy . --name a --runtime python3 --handler x.y --retry-backoff 99999999999d | no time",
                "invoke f --busy never | never",
                "invoke f --pin maybe | maybe",
                "invoke f --container c --same-container-as i | not both",
                "invoke f --container cé | ASCII",
                "functions concurrency f 3 --none | not both",
                "functions concurrency f many | many",
                "functions show | NAME",
                "explain | --function",
                "explain id --key k | not both",
                "explain --key k | --function",
                "explain --function f --since -1h | --since",
                "explain --function f --busy never | never",
                "explain id --since yesterday | no time",
                "logs | NAME",
                "logs f --limit 0 | --limit",
                "logs f --since yesterday | no time",
                "decisions | verify",
                "decisions list --limit 0 | --limit",
                "decisions list --key k | --function",
                "decisions verify --from -15x | no time",
                "decisions verify --from -1m --to -2m | before",
                "up --instances 0 | --instances",
                "up --instances 65 | --instances",
                "up --port 70000 | --port",
                "up --kafka-port -1 | --kafka-port",
                "up --containers vm | vm",
                "demo --events 0 | --events",
                "demo --rate -1 | --rate",
            })
    void aWrongCommandLineEndsWithTwoAndOneLineThatNamesWhatIsWrong(String commandLine, String named) {
        Ran ran = Ran.berth(commandLine.split(" "));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("berth: ").contains(named).contains("--help");
        assertThat(ran.err().lines().filter(line -> !line.startsWith("Did you mean")))
                .hasSize(1);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void noCommandPrintsTheHelp() {
        Ran ran = Ran.berth();

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("Usage: berth", "demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "functions",
                "jobs",
                "pins",
                "instances",
                "invoke f",
                "jobs some-id",
                "explain some-id",
                "decisions verify"
            })
    void withoutAGatewayTheErrorSaysHowToStartOne(String command) throws IOException {
        String url = "http://127.0.0.1:" + freePort();

        Ran ran = Ran.berth((command + " --url " + url).split(" "));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.err()).contains(url, "./berth up", "--url");
    }

    @Test
    void anAddressThatIsNoneIsSaidSo() {
        Ran ran = Ran.berth("pins", "--url", "localhost:8080");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("localhost:8080", "http://127.0.0.1:8080");
    }

    @Test
    void aTakenPortIsOneLineThatNamesTheFlag(@TempDir Path data) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = Ran.berth(
                    "up",
                    "--kafka-port",
                    "0",
                    "--port",
                    Integer.toString(taken.getLocalPort()),
                    "--data",
                    data.toString());

            assertThat(ran.exitCode()).isEqualTo(4);
            assertThat(ran.errors()).singleElement().asString().contains("taken", "--port N");
            assertThat(data).isEmptyDirectory();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
