package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Invocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} says is what was done. */
@Tag("integration")
@Tag("O2")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class MetricsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String[] TROUBLE = {"tenant", "default", "function", "trouble"};

    @TempDir
    private static Path folder;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(folder);
        deploy("trouble");
        deploy("quiet");
    }

    private static void deploy(String name) {
        Ran ran = berth.run(
                "deploy",
                RunningBerth.FIXTURES.resolve("trouble").toString(),
                "--name",
                name,
                "--runtime",
                "python3",
                "--handler",
                "trouble.handler",
                "--retries",
                "1",
                "--retry-backoff",
                "1ms");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("E8")
    void theCountsAreThoseOfWhatWasInvoked() {
        Map<String, Integer> reuses = new TreeMap<>();
        for (String key : new String[] {"ada", "ada", "bob", "ada"}) {
            reuses.merge(invoked("trouble", key), 1, Integer::sum);
        }
        assertThat(berth.run("invoke", "trouble", "--payload", "{\"do\":\"throw\"}")
                        .exitCode())
                .isNotZero();
        assertThat(berth.run("invoke", "trouble", "--async", "--payload", "{\"do\":\"throw\"}")
                        .exitCode())
                .isZero();
        berth.publish(
                "default/nobody",
                Invocation.newBuilder().setId("m-1").setFunction("nobody").build());
        berth.publish("garbage", "no record".getBytes(StandardCharsets.UTF_8));

        await().atMost(SOON).untilAsserted(() -> {
            Scrape scrape = scrape();
            reuses.forEach((reuse, count) -> assertThat((int) invocations(scrape, "succeeded", "reuse", reuse))
                    .as(reuse)
                    .isEqualTo(count));
            assertThat(invocations(scrape, "succeeded")).isEqualTo(4);
            assertThat(invocations(scrape, "failed")).isEqualTo(1);
            assertThat(invocations(scrape, "dead_lettered")).isEqualTo(1);
            assertThat(scrape.sum("berth_invocations_total", "function", "other", "status", "rejected"))
                    .as("a function that nobody deployed has no series of its own")
                    .isEqualTo(1);
            assertThat(scrape.sum("berth_invocations_total", "function", "nobody"))
                    .isZero();

            assertThat(scrape.sum("berth_publish_to_start_seconds_count", TROUBLE))
                    .isEqualTo(6);
            assertThat(scrape.sum("berth_publish_to_start_seconds_bucket", with("le", "+Inf")))
                    .isEqualTo(6);
            assertThat(scrape.sum("berth_stage_seconds_count", with("stage", "run")))
                    .as("attempts")
                    .isEqualTo(7);
            assertThat(scrape.sum("berth_stage_seconds_count", with("stage", "route")))
                    .as("first attempts")
                    .isEqualTo(6);
            assertThat(scrape.sum("berth_retries_total", with("cause", "failed")))
                    .isEqualTo(1);
            assertThat(scrape.sum("berth_dead_letters_total", "cause", "failed"))
                    .isEqualTo(1);
            assertThat(scrape.sum("berth_dead_letters_total", "cause", "record"))
                    .isPositive();
            assertThat(scrape.sum("berth_decisions_total")).isGreaterThanOrEqualTo(7);

            assertThat(scrape.sum("berth_starts_total", TROUBLE)).isEqualTo(7);
            assertThat(scrape.sum("berth_attempts_total", "status", "function_error"))
                    .isEqualTo(3);
            assertThat(scrape.sum("berth_cold_starts_total", TROUBLE))
                    .isEqualTo(scrape.sum("berth_starts_total", with("path", "cold")));
            assertThat(scrape.sum("berth_http_requests_seconds_count", "operation", "lambda:InvokeFunction"))
                    .isGreaterThanOrEqualTo(5);
        });
    }

    @Test
    void theGaugesAreThoseOfTheFleet() {
        invoked("quiet", "ada");
        await().atMost(SOON).untilAsserted(() -> {
            Scrape scrape = scrape();
            int containers = 0;
            for (JsonNode instance : berth.run("instances", "--json").json().path("instances")) {
                containers += instance.path("load").path("containers").asInt();
            }
            assertThat(containers).isPositive();
            assertThat(scrape.sum("berth_containers")).isEqualTo(containers);
            assertThat(scrape.sum("berth_fleet_instances", "state", "running")).isEqualTo(2);
            assertThat(scrape.sum("berth_instance_slots")).isEqualTo(16);
            assertThat(scrape.sum("berth_router_partitions")).isEqualTo(8);
            assertThat(scrape.sum("berth_router_pins")).isPositive();
            assertThat(scrape.sum("berth_router_in_flight")).isZero();
            assertThat(scrape.sum("berth_instance_memory_used_bytes")).isPositive();
        });
    }

    @Test
    void kafkasClientsAndTheProcessTellOfThemselves() {
        Scrape scrape = scrape();
        assertThat(scrape.sum("kafka_stream_alive_stream_threads")).isPositive();
        for (String name : new String[] {
            "kafka_stream_thread_process_total",
            "kafka_consumer_fetch_manager_records_lag_max",
            "kafka_producer_record_send_total",
            "jvm_memory_used_bytes",
            "process_cpu_usage"
        }) {
            assertThat(scrape.has(name)).as(name).isTrue();
        }
    }

    @Test
    @Tag("O4")
    void topShowsWhatEndedWithinEightyColumns() {
        invoked("quiet", "hot");
        invoked("quiet", "hot");
        await().atMost(SOON).untilAsserted(() -> {
            Ran once = berth.run("top", "--once", "--seconds", "300");
            assertThat(once.exitCode()).as(once.err()).isZero();
            assertThat(once.out())
                    .containsPattern("latency +p50 ms +p99 ms +max ms")
                    .containsPattern("(?m)^local-2 +running ")
                    .containsPattern("(?m)^quiet +[0-9.]+ ")
                    .containsPattern("(?m)^hot +[0-9.]+ +quiet +local-");
            JsonNode json =
                    berth.run("top", "--once", "--seconds", "300", "--json").json();
            assertThat(json.path("queues").path("router").asInt(-1)).isZero();
            JsonNode activity = json.path("activity");
            assertThat(activity.path("latencies").path("run").path("count").asLong())
                    .isEqualTo(activity.path("latencies")
                            .path("start")
                            .path("count")
                            .asLong())
                    .isPositive();
        });
        System.setProperty("berth.table.columns", "80");
        try {
            assertThat(berth.run("top", "--once", "--seconds", "300").out().lines())
                    .allMatch(line -> line.length() <= 80);
        } finally {
            System.clearProperty("berth.table.columns");
        }
        assertThat(berth.run("top", "--seconds", "0").exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("O4")
    void theDoctorFindsDeadLettersAndNothingElseWrong() {
        berth.publish("garbage", "no record either".getBytes(StandardCharsets.UTF_8));
        await().atMost(SOON).untilAsserted(() -> {
            Ran ran = berth.run("doctor", "--json", "--data", folder.toString());
            assertThat(ran.exitCode()).as(ran.out()).isEqualTo(1);
            assertThat(ran.json().path("well").asBoolean()).isFalse();
            Map<String, String> levels = new TreeMap<>();
            ran.json()
                    .path("checks")
                    .forEach(check -> levels.put(
                            check.path("check").asText(), check.path("level").asText()));
            assertThat(levels)
                    .containsEntry("dead-letters", "warn")
                    .containsEntry("kafka", "ok")
                    .containsEntry("topics", "ok")
                    .containsEntry("registry", "ok")
                    .containsEntry("router", "ok")
                    .containsEntry("fleet", "ok")
                    .containsEntry("instances", "ok")
                    .containsEntry("clock", "ok")
                    .containsEntry("gateway", "ok");
        });
        assertThat(berth.run("doctor", "--data", folder.toString()).out())
                .containsPattern("WARN +dead-letters .*\\R +-> ");
    }

    @Test
    @Tag("O4")
    void theDoctorFindsThatABerthThatWasNamedDoesNotRun() {
        Ran ran = Ran.berth("doctor", "--url", "http://127.0.0.1:1", "--data", folder.toString());
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).containsPattern("FAIL +gateway .*No gateway answers at http://127.0.0.1:1");
    }

    /** How its container was come by. */
    private static String invoked(String function, String key) {
        Ran ran = berth.run("invoke", function, "--payload", "{}", "--key", key, "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json().path("route").path("reuse").asText();
    }

    private static double invocations(Scrape scrape, String status, String... labels) {
        String[] all = new String[TROUBLE.length + 2 + labels.length];
        System.arraycopy(with("status", status), 0, all, 0, TROUBLE.length + 2);
        System.arraycopy(labels, 0, all, TROUBLE.length + 2, labels.length);
        return scrape.sum("berth_invocations_total", all);
    }

    private static String[] with(String label, String value) {
        String[] all = new String[TROUBLE.length + 2];
        System.arraycopy(TROUBLE, 0, all, 0, TROUBLE.length);
        all[TROUBLE.length] = label;
        all[TROUBLE.length + 1] = value;
        return all;
    }

    private static Scrape scrape() {
        return Scrape.of(berth.berth().gatewayUrl());
    }
}
