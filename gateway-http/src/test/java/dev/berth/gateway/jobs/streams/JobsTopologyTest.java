package dev.berth.gateway.jobs.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.JobRecord;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs view as a topology, without a broker; and its text in topology-docs. */
@Tag("topology")
@Tag("A1")
class JobsTopologyTest {
    private static final TopicCatalogue TOPICS = TopicCatalogue.defaults();
    private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    private Path state;

    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.jobsApplicationId());
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(JobsTopology.build(TOPICS, registry), config, START);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void aJobIsKnownFromItsSubmissionOverItsAttemptsToItsEnd() throws Exception {
        send(TOPICS.invocations(), "k", invocation("a", null));
        assertThat(job("a").getSubmitted()).isTrue();
        assertThat(job("a").getSubmittedMs()).isEqualTo(START.toEpochMilli());
        assertThat(job("a").getFlight()).isNull();

        send(TOPICS.inFlight(), "a", flight("a", 1, "i-1"));
        assertThat(job("a").getFlight().getInstanceId()).isEqualTo("i-1");
        send(TOPICS.inFlight(), "a", flight("a", 2, null));
        assertThat(job("a").getFlight().getInstanceId()).isNull();
        assertThat(job("a").getFlight().getPast()).hasSize(1);

        send(TOPICS.outcomes(), "a", outcome("a", "{\"n\":1}"));
        assertThat(job("a").getFlight()).isNull();
        assertThat(job("a").getPriority()).isEqualTo(7);
        Outcome kept = TOPICS.outcomes().codec(registry).decode(bytes(job("a").getOutcome()));
        assertThat(bytes(kept.getResult().getPayload())).asString().isEqualTo("{\"n\":1}");
    }

    @Test
    void whatComesAgainOrLateChangesNothing() throws Exception {
        send(TOPICS.invocations(), "k", invocation("a", null));
        send(TOPICS.outcomes(), "a", outcome("a", "1"));
        JobRecord ended = job("a");

        send(TOPICS.invocations(), "k", invocation("a", null));
        send(TOPICS.inFlight(), "a", flight("a", 3, "i-2"));
        send(TOPICS.outcomes(), "a", outcome("a", "2"));
        driver.createInputTopic(TOPICS.inFlight().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("a", null);

        assertThat(job("a")).isEqualTo(ended);
    }

    @Test
    void ofAnInvocationWithACallerOnlyTheEndIsKeptAndNotWhatTheCallerGot() throws Exception {
        send(TOPICS.invocations(), "k", invocation("s", 3));
        InFlightRecord flight = flight("s", 1, "i-1");
        flight.getInvocation().setReplyTo(3);
        send(TOPICS.inFlight(), "s", flight);
        assertThat(store().get("s")).isNull();

        Outcome outcome = outcome("s", "{\"large\":true}");
        outcome.setWaitedFor(true);
        send(TOPICS.outcomes(), "s", outcome);
        assertThat(job("s").getAsynchronous()).isFalse();
        assertThat(job("s").getTenant()).isEqualTo("t");
        Outcome kept = TOPICS.outcomes().codec(registry).decode(bytes(job("s").getOutcome()));
        assertThat(kept.getResult().getPayload()).isNull();
    }

    @Test
    void theOrderInWhichTheTopicsAreReadDoesNotMatter() throws Exception {
        send(TOPICS.inFlight(), "a", flight("a", 1, "i-1"));
        assertThat(job("a").getFlight().getInstanceId()).isEqualTo("i-1");
        assertThat(job("a").getPriority()).isEqualTo(7);
        send(TOPICS.invocations(), "k", invocation("a", null));
        assertThat(job("a").getFlight().getInstanceId()).isEqualTo("i-1");

        send(TOPICS.outcomes(), "b", outcome("b", "1"));
        assertThat(job("b").getAsynchronous()).isTrue();
        send(TOPICS.invocations(), "k", invocation("b", null));
        assertThat(job("b").getPriority()).isEqualTo(7);
        Outcome kept = TOPICS.outcomes().codec(registry).decode(bytes(job("b").getOutcome()));
        assertThat(bytes(kept.getResult().getPayload())).asString().isEqualTo("1");
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws Exception {
        for (TopicCatalogue.Topic<?> topic : List.of(TOPICS.invocations(), TOPICS.outcomes(), TOPICS.inFlight())) {
            driver.createInputTopic(topic.name(), new StringSerializer(), new StringSerializer())
                    .pipeInput("a", "no avro");
        }
        send(TOPICS.invocations(), "k", invocation("a", null));
        assertThat(job("a").getSubmitted()).isTrue();
    }

    @Test
    void whatIsOlderThanAWeekIsForgottenAndTheRestIsNot() throws Exception {
        for (int i = 0; i < 2_500; i++) {
            send(TOPICS.invocations(), "k", invocation("old-" + i, null));
        }
        driver.advanceWallClockTime(Duration.ofDays(6));
        send(TOPICS.invocations(), "k", invocation("new", null), START.plus(Duration.ofDays(6)));
        assertThat(job("old-0").getSubmitted()).isTrue();

        // A pass that was under way ends, and the next one sees all.
        for (int pass = 0; pass < 2; pass++) {
            driver.advanceWallClockTime(Duration.ofHours(13));
            for (int step = 0; step < 4; step++) {
                driver.advanceWallClockTime(Duration.ofSeconds(1));
            }
        }

        try (var rows = store().all()) {
            assertThat(rows).toIterable().extracting(row -> row.key).containsExactly("new");
        }
    }

    /** To bring it up to date: see topology-docs/README.md. */
    @Test
    @Tag("O5")
    void theTopologyIsAsDocumented() throws IOException {
        Path doc = Path.of("..", "topology-docs", "topologies", "jobs.txt");
        String text = JobsTopology.build(TOPICS, registry).describe().toString();
        if (Boolean.getBoolean("berth.writeDocs")) {
            Files.writeString(doc, text);
        }
        assertThat(Files.readString(doc)).isEqualTo(text);
    }

    private <T extends SpecificRecord> void send(TopicCatalogue.Topic<T> topic, String key, T value) {
        send(topic, key, value, START);
    }

    private <T extends SpecificRecord> void send(TopicCatalogue.Topic<T> topic, String key, T value, Instant at) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, topic.codec(registry).encode(value), at);
    }

    private KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobsTopology.STORE);
    }

    private JobRecord job(String id) throws Exception {
        return TOPICS.jobs().codec(registry).decode(store().get(id));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static Invocation invocation(String id, Integer replyTo) {
        return Invocation.newBuilder()
                .setId(id)
                .setTenant("t")
                .setFunction("f")
                .setPriority(7)
                .setReplyTo(replyTo)
                .build();
    }

    private static InFlightRecord flight(String id, int attempt, String instance) {
        AttemptSummary before = AttemptSummary.newBuilder()
                .setAttempt(1)
                .setStatus(ResultStatus.FUNCTION_ERROR)
                .build();
        return InFlightRecord.newBuilder()
                .setInvocation(invocation(id, null))
                .setPublishedUs(1)
                .setArrivedMs(1)
                .setAttempt(attempt)
                .setInstanceId(instance)
                .setPast(attempt > 1 ? List.of(before) : List.of())
                .build();
    }

    private static Outcome outcome(String id, String payload) {
        Result result = Result.newBuilder()
                .setInvocationId(id)
                .setAttempt(1)
                .setTenant("t")
                .setFunction("f")
                .setStatus(ResultStatus.SUCCEEDED)
                .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                .setTimings(Timings.newBuilder().setPublishedUs(5_000).build())
                .build();
        return Outcome.newBuilder()
                .setInvocationId(id)
                .setStatus(OutcomeStatus.SUCCEEDED)
                .setResult(result)
                .setCompletedUs(1)
                .build();
    }
}
