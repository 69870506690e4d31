package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleState;
import dev.berth.schemas.ScheduleStatus;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import dev.berth.triggers.Triggers;
import dev.berth.triggers.TriggersConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
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
    void whoTakesOverFiresWhatIsDueAndNothingTwice() throws Exception {
        // Topics of their own, so that only these two could fire.
        TopicCatalogue own = new TopicCatalogue("handover.", 1, 1, (short) 1);
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            TopicInstaller.install(admin, own);
            admin.createTopics(List.of(new NewTopic("handed", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            Triggers owner = triggers(own, "owner");
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> firers(admin, own).contains("berth-schedules-owner"));
            put(own, "beat", "rate(1 second)");
            await().atMost(PATIENCE).until(() -> records("handed").size() >= 2);
            try (Triggers heir = triggers(own, "heir")) {
                Instant once = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
                put(own, "once", "at(" + LocalDateTime.ofInstant(once, ZoneOffset.UTC) + ")");
                // It is due while nobody fires, or just before or after.
                owner.close();
                int before = records("handed").size();
                await().atMost(PATIENCE).until(() -> records("handed").size() >= before + 3);

                List<String> ids = records("handed").stream()
                        .map(tick -> header(tick, "berth-firing-id"))
                        .toList();
                assertThat(ids).doesNotHaveDuplicates();
                assertThat(ids).filteredOn(id -> id.contains(".once.")).hasSize(1);
                accountsForEachMoment(own);
            }
        }
    }

    /** Each second from the first to the last is fired, or counted as passed over for a later one. */
    private static void accountsForEachMoment(TopicCatalogue own) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            ScheduleStatus status = berth.last(own.scheduleStatus(), "default/beat");
            List<Instant> fired = records("handed").stream()
                    .filter(tick -> header(tick, "berth-schedule").equals("beat"))
                    .map(tick -> Instant.parse(header(tick, "berth-due")))
                    .filter(due -> due.toEpochMilli() <= status.getDueMs())
                    .toList();
            long moments = ChronoUnit.SECONDS.between(fired.get(0), Instant.ofEpochMilli(status.getDueMs())) + 1;
            assertThat(status.getFirings()).isEqualTo(fired.size());
            assertThat(status.getFirings() + status.getMissed()).isEqualTo(moments);
        });
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

    private static Triggers triggers(TopicCatalogue topics, String worker) {
        return Triggers.start(
                TriggersConfig.of(berth.berth().kafka(), berth.berth().registry(), topics, worker));
    }

    /** The clients that have the topic of schedules. */
    private static List<String> firers(Admin admin, TopicCatalogue topics) throws Exception {
        return admin
                .describeConsumerGroups(List.of(topics.scheduleGroup()))
                .all()
                .get()
                .get(topics.scheduleGroup())
                .members()
                .stream()
                .filter(member -> !member.assignment().topicPartitions().isEmpty())
                .map(MemberDescription::clientId)
                .toList();
    }

    private static void put(TopicCatalogue topics, String name, String expression) throws Exception {
        long nowMs = System.currentTimeMillis();
        Schedule schedule = Schedule.newBuilder()
                .setTenant("default")
                .setName(name)
                .setState(ScheduleState.ENABLED)
                .setExpression(expression)
                .setStartMs(nowMs)
                .setTopic("handed")
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs)
                .build();
        try (var producer = new KafkaProducer<>(
                berth.berth().kafka().producer("test"), new StringSerializer(), new ByteArraySerializer())) {
            byte[] row = topics.schedules().codec(berth.berth().registry()).encode(schedule);
            producer.send(new ProducerRecord<>(topics.schedules().name(), "default/" + name, row))
                    .get();
        }
    }

    private static List<ConsumerRecord<String, String>> ticks() {
        return records("ticks");
    }

    private static List<ConsumerRecord<String, String>> records(String topic) {
        TopicPartition at = new TopicPartition(topic, 0);
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
