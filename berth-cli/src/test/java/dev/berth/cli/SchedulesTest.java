package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.triggers.Triggers;
import dev.berth.triggers.TriggersConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Schedules by the command line, fired by two processes' worth of triggers that share the work. */
@Tag("integration")
@Tag("E9")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SchedulesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private static Path files;

    private static RunningBerth berth;
    private static Triggers second;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        berth = new RunningBerth(data);
        second = Triggers.start(TriggersConfig.of(
                berth.berth().kafka(), berth.berth().registry(), berth.berth().topics(), "second"));
        new Stage(berth, files).deploy("worker", "--retries", "0");
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.createTopics(List.of(new NewTopic("ticks", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        second.close();
        berth.close();
    }

    @Test
    @Tag("A6")
    void aFunctionRunsOnceAtItsTimeOnTheClocksOfItsZone() {
        ZoneId zone = ZoneId.of("Asia/Kathmandu");
        Instant due = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        Ran made = berth.run(
                "schedule",
                "create",
                "once",
                "at(" + LocalDateTime.ofInstant(due, zone) + ")",
                "--timezone",
                zone.getId(),
                "--function",
                "worker",
                "--key",
                "k",
                "--payload",
                "{\"n\": 5}");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("due next at " + due);

        Outcome outcome = berth.await(
                        berth.berth().topics().outcomes(),
                        one -> one.getInvocationId().startsWith("schedule.default.once."))
                .orElseThrow();
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
        assertThat(outcome.getOrigin()).isEqualTo("schedule");
        assertThat(outcome.getResult().getRoutingValue()).isEqualTo("k");
        assertThat(Instant.ofEpochMilli(outcome.getCompletedUs() / 1000)).isAfterOrEqualTo(due);
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode shown = berth.run("schedule", "show", "once", "--json").json();
            assertThat(shown.path("last").path("job").asText()).isEqualTo(outcome.getInvocationId());
            assertThat(shown.path("last").path("due").asText()).isEqualTo(due.toString());
            assertThat(shown.path("next")).isEmpty();
        });
    }

    @Test
    void eachTimeOfARateIsOneRecordThoughTwoCouldFireIt() {
        assertThat(berth.run("schedule", "create", "ticking", "rate(1 second)", "--topic", "ticks", "--key", "t")
                        .exitCode())
                .isZero();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ticks()).hasSizeGreaterThanOrEqualTo(4));
        assertThat(berth.run("schedule", "pause", "ticking").out()).contains("paused ticking");
        List<ConsumerRecord<String, String>> ticks = ticks();
        List<String> ids =
                ticks.stream().map(tick -> header(tick, "berth-firing-id")).toList();
        assertThat(ids).doesNotHaveDuplicates().isSorted();
        assertThat(ticks).allSatisfy(tick -> {
            assertThat(tick.key()).isEqualTo("t");
            assertThat(tick.value()).contains("\"detail-type\":\"Scheduled Event\"");
        });
        assertThat(berth.run("schedule", "list").out()).contains("ticking").contains("topic:ticks");
        assertThat(berth.run("schedule", "delete", "ticking").exitCode()).isZero();
    }

    @Test
    void whatCannotBeSaysWhy() {
        assertThat(berth.run("schedule", "create", "lost", "rate(1 second)", "--topic", "not-there-yet")
                        .exitCode())
                .isZero();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(berth.run("schedule", "show", "lost", "--json")
                                .json()
                                .path("last")
                                .path("error")
                                .asText())
                        .contains("no topic not-there-yet"));
        berth.run("schedule", "delete", "lost");

        Ran wrong = berth.run("schedule", "create", "wrong", "cron(0 9 * * *)", "--function", "worker");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.errors())
                .singleElement()
                .asString()
                .contains("6 fields")
                .contains("cron(0 9 * * *)");
    }

    private static List<ConsumerRecord<String, String>> ticks() {
        TopicPartition at = new TopicPartition("ticks", 0);
        List<ConsumerRecord<String, String>> rows = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                berth.berth().kafka().consumer("test"), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = consumer.endOffsets(List.of(at)).get(at);
            while (consumer.position(at) < end) {
                rows.addAll(consumer.poll(Duration.ofMillis(200)).records(at));
            }
        }
        return rows;
    }

    private static String header(ConsumerRecord<String, String> row, String name) {
        return new String(row.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
