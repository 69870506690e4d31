package dev.berth.bench.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.berth.embedded.EmbeddedBroker;
import dev.berth.schemas.KafkaSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InvokeBenchmarkTest {
    private static final InvokeBenchmark.Plan SHORT = new InvokeBenchmark.Plan(List.of(1, 3), 3, 1, 20);

    @TempDir
    private Path data;

    @Test
    @Tag("core")
    void eachWayIsMeasuredWithEachNumberOfClients() throws Exception {
        Counting one = new Counting("one");
        Counting two = new Counting("two");

        List<InvokeBenchmark.Row> rows = new InvokeBenchmark(List.of(one, two), SHORT, new Meter(data)).run(said -> {});

        assertThat(rows).extracting(row -> row.way() + row.clients()).containsExactly("one1", "two1", "one3", "two3");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.perSecond()).isPositive();
            assertThat(row.p99Us()).isGreaterThanOrEqualTo(row.p50Us());
            assertThat(row.p99CorrectedUs()).isGreaterThanOrEqualTo(row.p50Us());
        });
        assertThat(one.open).as("clients that were not closed").hasValue(0);
    }

    @Test
    @Tag("core")
    void theMedianIsTheMiddleOrBetweenTheTwo() {
        assertThat(InvokeBenchmark.median(List.of(9, 1, 5), Integer::doubleValue))
                .isEqualTo(5);
        assertThat(InvokeBenchmark.median(List.of(9, 1, 5, 7), Integer::doubleValue))
                .isEqualTo(6);
    }

    @Test
    @Tag("core")
    void aCallThatFailsEndsTheMeasurement() {
        Counting failing = new Counting("failing");
        failing.failing = true;

        assertThatThrownBy(() -> new InvokeBenchmark(List.of(failing), SHORT, new Meter(data)).run(said -> {}))
                .hasRootCauseMessage("no answer");
    }

    @Test
    @Tag("integration")
    void threeHopsCarryEachCallThereAndBack() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBroker.Config(data.resolve("broker"), 0));
                ThreeHops hops = new ThreeHops(
                        KafkaSettings.at(broker.bootstrapServers()), 2, new byte[10], data.resolve("state"));
                Way.Client client = hops.client(0);
                Way.Client other = hops.client(1)) {
            for (int i = 0; i < 20; i++) {
                client.call();
                other.call();
            }
        }
    }

    @Test
    @Tag("integration")
    void anAnswerThatIsNoSuccessIsNotCounted() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger status = new AtomicInteger(200);
        server.createContext("/", exchange -> {
            byte[] body = "\"done\"".getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (OverHttp http = new OverHttp(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                        "f",
                        "{}".getBytes(StandardCharsets.UTF_8));
                Way.Client client = http.client(0)) {
            client.call();
            client.call();
            status.set(429);
            assertThatThrownBy(client::call).hasMessageContaining("429");
        } finally {
            server.stop(0);
        }
    }

    private static final class Counting implements Way {
        private final String name;
        private final AtomicInteger open = new AtomicInteger();
        private volatile boolean failing;

        Counting(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Client client(int number) {
            open.incrementAndGet();
            return new Client() {
                @Override
                public void call() {
                    if (failing) {
                        throw new IllegalStateException("no answer");
                    }
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public void close() {}
    }
}
