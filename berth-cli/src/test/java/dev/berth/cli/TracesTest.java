package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.config.LogFormat;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.local.Watch;
import dev.berth.cli.text.Json;
import dev.berth.schemas.Invocation;
import dev.berth.telemetry.trace.TraceSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A trace goes all the way through, and its spans come to a collector; the log is JSON. */
@Tag("integration")
@Tag("O2")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TracesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CALLER = "00f067aa0ba902b7";

    @TempDir
    private static Path folder;

    private static Collector collector;
    private static RunningBerth berth;

    @BeforeAll
    static void start() throws IOException {
        collector = new Collector();
        berth = new RunningBerth(
                new LocalConfig(1, ContainerChoice.PROCESS, 0, 0, folder.resolve("data"), RunningBerth.HOME)
                        .withWatch(new Watch(new TraceSettings(collector.url(), 0), LogFormat.JSON)));
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.writeString(code.resolve("traced.py"), """
                import os

                def handler(event, context):
                    if event.get("fail"):
                        raise ValueError("as asked")
                    return os.environ.get("_X_AMZN_TRACE_ID")
                """);
        Ran ran = berth.run(
                "deploy", code.toString(), "--name", "traced", "--runtime", "python3", "--handler", "traced.handler");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    @AfterAll
    static void stop() {
        berth.close();
        collector.close();
    }

    @Test
    void aCallOverHttpIsOneTraceFromTheCallerToTheFunctionAndBack() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> answer = invoke("traceparent", "00-" + trace + "-" + CALLER + "-01");

        Map<String, Collector.Span> spans = await().atMost(SOON).until(() -> spans(trace), found -> found.size() == 8);
        assertThat(spans.get("request").parent()).isEqualTo(CALLER);
        assertThat(spans.get("publish").parent()).isEqualTo(spans.get("request").id());
        assertThat(spans.get("invoke traced").parent())
                .isEqualTo(spans.get("publish").id());
        for (String stage : List.of("route", "receive", "wait", "run", "reply")) {
            assertThat(spans.get(stage).parent())
                    .as(stage)
                    .isEqualTo(spans.get("invoke traced").id());
        }
        assertThat(spans.get("receive").fromNs()).isEqualTo(spans.get("route").toNs());
        assertThat(spans.get("wait").fromNs()).isEqualTo(spans.get("receive").toNs());
        assertThat(spans.get("run").fromNs()).isEqualTo(spans.get("wait").toNs());
        assertThat(spans.get("reply").fromNs()).isEqualTo(spans.get("run").toNs());
        assertThat(spans.get("run").toNs()).isGreaterThan(spans.get("run").fromNs());

        String told = "Root=1-" + trace.substring(0, 8) + "-" + trace.substring(8) + ";Parent=";
        assertThat(answer.body()).isEqualTo("\"" + told + spans.get("run").id() + ";Sampled=1\"");
        assertThat(answer.headers().firstValue("X-Amzn-Trace-Id"))
                .contains(told + spans.get("request").id() + ";Sampled=1");
        assertThat(answer.headers().firstValue("traceresponse"))
                .contains("00-" + trace + "-" + spans.get("request").id() + "-01");
    }

    @Test
    void aRecordsHeaderIsTakenOverAndItsOutcomeHasItToo() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String parent = "00-" + trace + "-" + CALLER + "-01";
        var topic = berth.berth().topics().invocations();
        Invocation invocation =
                Invocation.newBuilder().setId("raw-1").setFunction("traced").build();
        var message = new ProducerRecord<byte[], byte[]>(
                topic.name(),
                "default/traced".getBytes(StandardCharsets.UTF_8),
                topic.codec(berth.berth().registry()).encode(invocation));
        message.headers().add("traceparent", parent.getBytes(StandardCharsets.UTF_8));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                berth.berth().kafka().producer("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(message).get();
        }

        Map<String, Collector.Span> spans = await().atMost(SOON).until(() -> spans(trace), found -> found.size() == 6);
        assertThat(spans.get("invoke traced").parent()).isEqualTo(CALLER);
        assertThat(spans.get("run").parent())
                .isEqualTo(spans.get("invoke traced").id());
        String told = new String(
                berth.await(
                                berth.berth().topics().outcomes(),
                                outcome -> outcome.getInvocationId().equals("raw-1"))
                        .orElseThrow()
                        .getResult()
                        .getPayload()
                        .array(),
                StandardCharsets.UTF_8);
        assertThat(told).contains("Parent=" + spans.get("run").id());
    }

    @Test
    @Tag("E1")
    @Tag("E3")
    void aTriggersInvocationGoesOnWithTheTraceOfItsFirstRecord() throws Exception {
        List<String> traces = List.of(
                "a1f7651916cd43dd8448eb211c80319c",
                "a2f7651916cd43dd8448eb211c80319c",
                "a3f7651916cd43dd8448eb211c80319c");
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        berth.berth().kafka().producer("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic("paid", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            for (String trace : traces) {
                var record = new ProducerRecord<>("paid", new byte[] {1}, "{}".getBytes(StandardCharsets.UTF_8));
                String parent = "00-" + trace + "-" + CALLER + "-01";
                record.headers().add("traceparent", parent.getBytes(StandardCharsets.UTF_8));
                producer.send(record).get();
            }
        }
        Ran created = berth.run(
                "trigger",
                "create",
                "--topic",
                "paid",
                "--function",
                "traced",
                "--from",
                "earliest",
                "--batch",
                "2",
                "--window",
                "1s");
        assertThat(created.exitCode()).as(created.err()).isZero();

        for (String trace : List.of(traces.get(0), traces.get(2))) {
            Map<String, Collector.Span> spans =
                    await().atMost(SOON).until(() -> spans(trace), found -> found.size() == 6);
            assertThat(spans.get("invoke traced").parent()).isEqualTo(CALLER);
            assertThat(spans.get("run").parent())
                    .isEqualTo(spans.get("invoke traced").id());
        }
        assertThat(collector.ofTrace(traces.get(1)))
                .as("It went with the first's")
                .isEmpty();
    }

    @Test
    void whatIsNotToBeSampledHasNoSpansAndIsPassedOnAsItCame() {
        String trace = "1af7651916cd43dd8448eb211c80319c";
        HttpResponse<String> answer = invoke("traceparent", "00-" + trace + "-" + CALLER + "-00");

        assertThat(answer.body()).contains("Parent=" + CALLER + ";Sampled=0");
        assertThat(invoke("x-anything", "else").body())
                .as("nothing of the call before")
                .isEqualTo("null");
        assertThat(collector.ofTrace(trace)).isEmpty();
    }

    @Test
    void theLogIsAnObjectALineAndFindsAllAboutAThingByItsId() throws IOException {
        List<String> lines = Files.readAllLines(LocalBerth.logFile(folder.resolve("data")));
        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            JsonNode json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            assertThat(json.path("at").asText()).endsWith("Z");
            assertThat(json.path("level").asText()).isNotEmpty();
            assertThat(json.path("message").isTextual()).isTrue();
        });
        assertThat(lines).anyMatch(line -> line.contains("\"ids\":{\"instance\":\"local-1\""));
    }

    private static HttpResponse<String> invoke(String header, String value) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(berth.berth().gatewayUrl() + "/2015-03-31/functions/traced/invocations"))
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Collector.Span> spans(String trace) {
        return collector.ofTrace(trace).stream()
                .collect(Collectors.toMap(Collector.Span::name, Function.identity(), (one, again) -> one));
    }
}
