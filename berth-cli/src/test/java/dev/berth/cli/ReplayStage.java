package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;

/** What tests of replays do on a running Berth again and again. */
final class ReplayStage {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Answers with its event, and what its context says. */
    static final String ECHO = """
            def handler(event, context):
                custom = context.client_context.custom if context.client_context else {}
                return {"event": event, "custom": custom}
            """;

    private final RunningBerth berth;
    private final Path files;

    /** @param files where code is put that is deployed */
    ReplayStage(RunningBerth berth, Path files) {
        this.berth = berth;
        this.files = files;
    }

    List<JsonNode> jobs(String function, String status) {
        return StreamSupport.stream(jobs(function).spliterator(), false)
                .filter(job -> job.path("status").asText().equals(status))
                .toList();
    }

    JsonNode result(JsonNode job) {
        return ok("jobs", "show", job.path("id").asText(), "--json").path("result");
    }

    void refused(String message, String... args) {
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(1);
        assertThat(ran.err()).contains(message);
    }

    void trigger(String topic, String function) {
        ok(
                "trigger",
                "create",
                "--topic",
                topic,
                "--function",
                function,
                "--from",
                "earliest",
                "--retries",
                "0",
                "--json");
    }

    JsonNode jobs(String function) {
        return ok("jobs", "list", "--function", function, "--json").path("jobs");
    }

    void topic(String name, int records) throws Exception {
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())))
                                    .all()
                                    .get());
        }
        send(name, records);
    }

    void setting(String topic, String name, String value) throws Exception {
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            ConfigResource of = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(of, List.of(set))).all().get();
        }
    }

    void send(String name, int records) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                berth.berth().kafka().producer("test"), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(name, "k" + i, "{\"n\":" + i + "}"))
                        .get();
            }
        }
    }

    void deploy(String name, String code) throws Exception {
        Path file = Files.writeString(files.resolve(name + ".py"), code);
        Ran ran = berth.run(
                "deploy",
                file.toString(),
                "--name",
                name,
                "--runtime",
                "python3",
                "--handler",
                name + ".handler",
                "--retries",
                "0");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    JsonNode letters(String function) {
        return ok("dlq", "list", "--function", function, "--json").path("deadLetters");
    }

    long published(String id) {
        return ok("replay", "show", id, "--json")
                .path("counts")
                .path("published")
                .asLong();
    }

    String state(String id) {
        return ok("replay", "show", id, "--json").path("state").asText();
    }

    JsonNode ok(String... args) {
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).as(String.join(" ", args) + ": " + ran.err()).isZero();
        return ran.json();
    }
}
