package dev.berth.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.replay.core.ReplayIds;
import dev.berth.replay.read.Stretch;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplaySource;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.ReplayWanted;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicInstaller;
import dev.berth.schemas.UndecodableException;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes carry out a replay and are killed; a router is played, which ends each invocation once. */
@Tag("integration")
@Tag("E10")
@Timeout(240)
class KilledReplayTest {
    private static final int RECORDS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final SchemaRegistry registry = ReplayProcess.registry();
    private final List<Process> processes = new ArrayList<>();
    /** How often each invocation of the replay was published. */
    private final Map<String, AtomicInteger> published = new ConcurrentHashMap<>();

    private final AtomicInteger publishedAfterTheirEnd = new AtomicInteger();
    private final Map<String, Boolean> ended = new ConcurrentHashMap<>();
    private volatile ReplayStatus status;
    private volatile boolean closed;
    private EmbeddedBroker broker;
    private KafkaProducer<String, byte[]> producer;
    private Thread router;

    @TempDir
    private Path logs;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary());
        try (Admin admin = admin()) {
            TopicInstaller.install(admin, ReplayProcess.TOPICS);
        }
        producer = new KafkaProducer<>(kafka().producer("test"), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() throws InterruptedException {
        closed = true;
        processes.forEach(Process::destroyForcibly);
        if (router != null) {
            router.join();
        }
        producer.close();
        broker.close();
    }

    @Test
    void aKilledOwnersSuccessorGoesOnAndNothingEndsTwiceOrIsLost() throws Exception {
        AvroCodec<Invocation> codec = ReplayProcess.TOPICS.invocations().codec(registry);
        for (int i = 0; i < RECORDS; i++) {
            Invocation invocation = Invocation.newBuilder()
                    .setId("i" + i)
                    .setFunction("f")
                    .setRoutingValue("k" + i % 7)
                    .setPayload(ByteBuffer.wrap(("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8)))
                    .build();
            producer.send(new ProducerRecord<>(
                    ReplayProcess.TOPICS.invocations().name(), "default/f/k" + i % 7, codec.encode(invocation)));
        }
        producer.flush();
        Replay replay = replay();
        router = new Thread(this::play, "played-router");
        router.start();
        write(replay, ReplayWanted.RUNNING);

        Process first = process("first");
        await("the first process is under way").atMost(PATIENCE).until(() -> ended.size() > RECORDS / 10);
        first.destroyForcibly().waitFor();
        int atTheKill = ended.size();
        process("second");
        await("the second one goes on").atMost(PATIENCE).until(() -> ended.size() > atTheKill + RECORDS / 10);

        write(replay, ReplayWanted.STOPPED);
        await("it stops").atMost(PATIENCE).until(() -> status.getState() == ReplayState.STOPPED);
        assertThat(ended.size())
                .as("It did not run to its end before it was stopped")
                .isLessThan(RECORDS);
        write(replay, ReplayWanted.RUNNING);
        await("it is done").atMost(PATIENCE).until(() -> status.getState() == ReplayState.DONE);

        assertThat(ended).hasSize(RECORDS);
        assertThat(publishedAfterTheirEnd)
                .as("Published again though they had ended")
                .hasValue(0);
        assertThat(status.getCounts().getPublished()).isEqualTo(RECORDS);
        assertThat(status.getCounts().getSucceeded())
                .isEqualTo(ended.values().stream().filter(each -> each).count());
        assertThat(status.getCounts().getFailed())
                .isEqualTo(ended.values().stream().filter(each -> !each).count());
        assertThat(status.getFinished()).isEqualTo(status.getCounts());
        assertThat(status.getUnfinished()).isZero();
        // Under way at the kill: published again under the same id, for the router to know them.
        assertThat(published.values().stream().filter(times -> times.get() > 1).count())
                .isLessThanOrEqualTo(2L * replay.getMaxUnfinished());
    }

    private Replay replay() {
        try (Admin admin = admin()) {
            String topic = ReplayProcess.TOPICS.invocations().name();
            Stretch.Found found =
                    Stretch.of(admin, topic, Stretch.Asked.everything()).orElseThrow();
            return Replay.newBuilder()
                    .setTenant("default")
                    .setId("r-test")
                    .setWanted(ReplayWanted.RUNNING)
                    .setSource(ReplaySource.INVOCATIONS)
                    .setTopic(topic)
                    .setTopicId(found.topicId())
                    .setRanges(found.ranges())
                    .setOutcomes(
                            Stretch.whole(admin, ReplayProcess.TOPICS.outcomes().name(), OptionalLong.empty()))
                    .setRatePerSecond(400)
                    .setMaxUnfinished(50)
                    .setCreatedMs(1)
                    .setModifiedMs(1)
                    .build();
        }
    }

    private void write(Replay replay, ReplayWanted wanted) {
        byte[] value = ReplayProcess.TOPICS
                .replays()
                .codec(registry)
                .encode(Replay.newBuilder(replay).setWanted(wanted).build());
        producer.send(new ProducerRecord<>(ReplayProcess.TOPICS.replays().name(), "default/r-test", value));
        producer.flush();
    }

    private Process process(String worker) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplayProcess.class.getName(),
                        broker.bootstrapServers(),
                        worker)
                .redirectErrorStream(true)
                .redirectOutput(new File(logs.toFile(), worker + ".log"))
                .start();
        processes.add(process);
        return process;
    }

    /** Ends what is published by the replay, once for each id, a third of it as failures; and notes the replay's status. */
    private void play() {
        AvroCodec<Invocation> invocations = ReplayProcess.TOPICS.invocations().codec(registry);
        AvroCodec<Outcome> outcomes = ReplayProcess.TOPICS.outcomes().codec(registry);
        AvroCodec<ReplayStatus> statuses = ReplayProcess.TOPICS.replayStatus().codec(registry);
        String topic = ReplayProcess.TOPICS.invocations().name();
        List<TopicPartition> all = List.of(
                new TopicPartition(topic, 0),
                new TopicPartition(topic, 1),
                new TopicPartition(ReplayProcess.TOPICS.replayStatus().name(), 0));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka().consumer("played"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(50))) {
                    if (!row.topic().equals(topic)) {
                        status = row.value() == null ? null : statuses.decode(row.value());
                        continue;
                    }
                    Invocation invocation = invocations.decode(row.value());
                    if (ReplayIds.isOf("r-test", invocation.getId())) {
                        end(invocation, row.partition(), outcomes);
                    }
                }
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException(e);
        }
    }

    private void end(Invocation invocation, int partition, AvroCodec<Outcome> codec) {
        String id = invocation.getId();
        int times = published.computeIfAbsent(id, first -> new AtomicInteger()).incrementAndGet();
        if (ended.containsKey(id)) {
            // Allowed only while the killed process's last ones were still on their way: see the assertion on how many.
            if (times > 2) {
                publishedAfterTheirEnd.incrementAndGet();
            }
            return;
        }
        boolean succeeded = invocation.getReplayOf().hashCode() % 3 != 0;
        Outcome outcome = Outcome.newBuilder()
                .setInvocationId(id)
                .setStatus(succeeded ? OutcomeStatus.SUCCEEDED : OutcomeStatus.FAILED)
                .setReplayOf(invocation.getReplayOf())
                .setResult(Result.newBuilder()
                        .setInvocationId(id)
                        .setAttempt(1)
                        .setTenant("default")
                        .setFunction("f")
                        .setStatus(succeeded ? ResultStatus.SUCCEEDED : ResultStatus.FUNCTION_ERROR)
                        .setTimings(new Timings(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L))
                        .build())
                .setCompletedUs(0)
                .build();
        ended.put(id, succeeded);
        producer.send(
                new ProducerRecord<>(ReplayProcess.TOPICS.outcomes().name(), partition, id, codec.encode(outcome)));
    }

    private KafkaSettings kafka() {
        return KafkaSettings.at(broker.bootstrapServers());
    }

    private Admin admin() {
        return Admin.create(kafka().client("test-admin"));
    }
}
