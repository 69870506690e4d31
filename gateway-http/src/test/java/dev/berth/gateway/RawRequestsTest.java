package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.testbed.GatewayBed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no HTTP client would send: each is refused at once, shows nothing of Berth's inside, and runs nothing. */
@Tag("integration")
class RawRequestsTest {
    private static final String INVOKE = "POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nHost: x\r\n";
    private static final int PATIENCE_MS = 20_000;

    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        bed.deploy("echo");
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                INVOKE + "Content-Length: many\r\n\r\n{}",
                INVOKE + "Content-Length: -1\r\n\r\n{}",
                INVOKE + "Content-Length: 99999999999999999999\r\n\r\n{}",
                INVOKE + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
                INVOKE + "Content-Length: 7000000\r\n\r\n{",
                INVOKE + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                INVOKE + "X-Berth-Key: a\u0000b\r\nContent-Length: 2\r\n\r\n{}",
                INVOKE + "X Berth Key: a\r\nContent-Length: 2\r\n\r\n{}",
                "GET /jobs/a%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /2015-03-31/functions/echo%0d%0aX-Injected:%20yes/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
                "GET /pins?function=echo&key=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /jobs?next=%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost: x\r\n\r\n",
                "NONSENSE\r\n\r\n",
            })
    void isRefusedAtOnce(String request) throws IOException {
        int before = bed.fleet.seen("echo").size();

        String answer = answer(request);

        assertThat(answer).matches("(?s)HTTP/1\\.[01] 4\\d\\d .*");
        assertThat(answer.lines()).noneMatch(line -> line.startsWith("X-Injected"));
        assertThat(answer).doesNotContain("\tat ", "io.netty", "io.vertx", "java.lang");
        assertThat(bed.http.invoke("echo", "{\"a\":1}").body()).isEqualTo("{\"a\":1}");
        assertThat(bed.fleet.seen("echo")).hasSize(before + 1);
    }

    @Test
    void aClientThatLeavesInTheMiddleOfABodyRunsNothing() throws IOException {
        int before = bed.fleet.seen("echo").size();

        for (int i = 0; i < 20; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), bed.gateway.port())) {
                client.getOutputStream().write(bytes(INVOKE + "Content-Length: 10\r\n\r\n{\"a\":"));
            }
        }

        assertThat(bed.http.invoke("echo", "{}").status()).isEqualTo(200);
        assertThat(bed.fleet.seen("echo")).hasSize(before + 1);
    }

    @Test
    void aKeyIsTakenAsItIsAndComesBackInNoHeader() throws IOException {
        String answer = answer(
                INVOKE + "X-Berth-Key: a%0d%0aX-Injected: yes\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(answer.lines()).noneMatch(line -> line.startsWith("X-Injected"));
        assertThat(List.copyOf(bed.fleet.seen("echo")))
                .anyMatch(seen ->
                        "a%0d%0aX-Injected: yes".equals(seen.invocation().getRoutingValue()));
    }

    /** What comes back until the gateway closes the connection, or the whole head and what is there of the body. */
    private static String answer(String request) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), bed.gateway.port())) {
            client.setSoTimeout(PATIENCE_MS);
            client.getOutputStream().write(bytes(request));
            client.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            do {
                int read = client.getInputStream().read(buffer);
                if (read < 0) {
                    break;
                }
                answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            } while (answer.indexOf("\r\n\r\n") < 0);
            return answer.toString();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
