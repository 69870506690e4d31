package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redrives through the command line, on a whole Berth. */
@Tag("integration")
@Tag("E11")
@Timeout(240)
class RedriveTest {
    private static final String BROKEN = "def handler(event, context): raise ValueError('not yet')\n";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static RunningBerth berth;
    private static ReplayStage stage;

    @BeforeAll
    static void start(@TempDir Path data, @TempDir Path files) {
        berth = new RunningBerth(data);
        stage = new ReplayStage(berth, files);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void aDeadLetterRunsAfterAFixAndIsNotRedrivenTwice() throws Exception {
        stage.deploy("fix", BROKEN);
        berth.run("invoke", "fix", "--async", "--key", "k", "--payload", "{\"n\": 1}");
        await().atMost(PATIENCE).until(() -> stage.letters("fix").size() == 1);
        JsonNode letter = stage.letters("fix").path(0);
        assertThat(letter.path("reason").asText()).isEqualTo("ValueError");
        String id = letter.path("id").asText();
        assertThat(stage.ok("dlq", "show", id, "--json")
                        .path("invocation")
                        .path("payload")
                        .path("n")
                        .asInt())
                .isEqualTo(1);

        stage.deploy("fix", ReplayStage.ECHO);
        assertThat(stage.ok("dlq", "redrive", "--function", "fix", "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .isEqualTo(1);
        JsonNode redrive = stage.ok("dlq", "redrive", "--function", "fix", "--json");

        assertThat(redrive.path("state").asText()).isEqualTo("done");
        assertThat(redrive.path("counts").path("succeeded").asInt()).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> stage.letters("fix").path(0).has("redriven"));
        JsonNode mark = stage.letters("fix").path(0).path("redriven");
        assertThat(mark.path("times").asInt()).isEqualTo(1);
        JsonNode ran = stage.ok("jobs", "show", mark.path("invocationId").asText(), "--json");
        assertThat(ran.path("result").path("custom").path("berth_replay_of").asText())
                .isEqualTo(letter.path("invocationId").asText());
        assertThat(stage.ok("dlq", "redrive", "--function", "fix", "--dry-run", "--json")
                        .path("leftOut")
                        .path("redriven")
                        .asInt())
                .isEqualTo(1);
        assertThat(stage.ok("dlq", "redrive", id, "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .as("Named by its id it is meant")
                .isEqualTo(1);
        assertThat(berth.run("dlq", "show", "0-999999").exitCode()).isEqualTo(1);
        assertThat(berth.run("dlq", "redrive").exitCode()).isEqualTo(2);
    }

    @Test
    void aRecordThatItsTopicDoesNotTakeBackIsLeftOutAndGoesWhenItDoes() throws Exception {
        stage.deploy("strict", BROKEN);
        stage.topic("strict", 3);
        stage.trigger("strict", "strict");
        await().atMost(PATIENCE).until(() -> stage.letters("strict").size() == 3);
        stage.setting("strict", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "10");

        JsonNode refused = stage.ok("dlq", "redrive", "--function", "strict", "--json");

        assertThat(refused.path("state").asText()).as("%s", refused).isEqualTo("done");
        assertThat(refused.path("counts").path("leftOut").path("refused").asInt())
                .isEqualTo(3);
        assertThat(refused.path("counts").path("putBack").asInt()).isZero();
        assertThat(stage.letters("strict")).noneMatch(letter -> letter.has("redriven"));

        stage.setting("strict", TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048588");
        JsonNode back = stage.ok("dlq", "redrive", "--function", "strict", "--json");
        assertThat(back.path("counts").path("putBack").asInt()).as("%s", back).isEqualTo(3);
    }

    @Test
    void aLetterOfAnEventTopicRunsInWhatItIsRedrivenIntoOrGoesBackToItsTriggersFunction() throws Exception {
        stage.deploy("bills", BROKEN);
        stage.deploy("watch", ReplayStage.ECHO);
        stage.topic("bills", 1);
        stage.trigger("bills", "bills");
        stage.trigger("bills", "watch");
        await().atMost(PATIENCE).until(() -> stage.letters("bills").size() == 1);
        await().atMost(PATIENCE).until(() -> stage.jobs("watch").size() == 1);
        stage.deploy("mended", ReplayStage.ECHO);
        stage.ok("versions", "mended", "publish", "--json");
        stage.deploy("mended", BROKEN);

        JsonNode into = stage.ok("dlq", "redrive", "--function", "bills", "--into", "mended:1", "--json");

        assertThat(into.path("counts").path("succeeded").asInt()).as("%s", into).isEqualTo(1);
        assertThat(into.path("counts").path("putBack").asInt()).isZero();
        JsonNode ran =
                stage.ok("jobs", "show", stage.jobs("mended").path(0).path("id").asText(), "--json");
        assertThat(ran.path("origin").asText()).isEqualTo("redrive");
        assertThat(ran.path("key").asText()).isEqualTo("k0");
        JsonNode result = ran.path("result");
        assertThat(result.path("event")
                        .path("records")
                        .path("bills-0")
                        .path(0)
                        .path("offset")
                        .asInt(-1))
                .isZero();
        assertThat(result.path("custom").path("berth_replay_of").asText()).isEqualTo("bills/0/0");

        stage.deploy("bills", ReplayStage.ECHO);
        JsonNode back = stage.ok("dlq", "redrive", "--function", "bills", "--again", "--json");
        assertThat(back.path("counts").path("putBack").asInt()).as("%s", back).isEqualTo(1);
        await().atMost(PATIENCE)
                .until(() -> stage.jobs("bills").findValuesAsText("status"), states -> states.contains("succeeded"));
        assertThat(stage.jobs("bills").path(0).path("origin").asText()).isEqualTo("trigger");
        assertThat(stage.letters("bills").path(0).path("redriven").path("times").asInt())
                .isEqualTo(2);
        stage.send("bills", 1);
        await().atMost(PATIENCE).until(() -> stage.jobs("watch").size() == 2);
        assertThat(stage.jobs("watch"))
                .as("What was put back is not for another trigger")
                .hasSize(2);
    }
}
