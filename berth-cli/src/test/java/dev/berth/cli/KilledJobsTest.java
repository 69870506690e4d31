package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code berth up} in a process of its own, killed while jobs are submitted and started again. {@code -Dberth.jobs=10000} says how
 * many there are; 1000 else.
 */
@Tag("chaos")
@Tag("A1")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledJobsTest {
    private static final int JOBS = Integer.getInteger("berth.jobs", 1_000);
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path data;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<Integer, String> ids = new ConcurrentHashMap<>();

    @Test
    void eachJobHasOneOutcomeAlthoughAllWasKilledWhileTheyWereSubmitted() throws Exception {
        try (Up up = new Up(data, "process")) {
            up.deployHello();
            submitAll(up, JOBS / 2);
        }
        assertThat(ids.size()).as("accepted before the kill").isBetween(JOBS / 2, JOBS - 1);
        Map<Integer, String> before = Map.copyOf(ids);
        try (Up up = new Up(data, "process")) {
            submitAll(up, Integer.MAX_VALUE);
            assertThat(ids).hasSize(JOBS).containsAllEntriesOf(before);
            assertThat(ids.values()).doesNotHaveDuplicates();
            Map<String, Integer> outcomes = outcomes(up);
            assertThat(outcomes.keySet()).as("none is lost").containsAll(ids.values());
            assertThat(outcomes.values()).as("none ends twice").containsOnly(1);
            GatewayClient gateway = new GatewayClient(up.url());
            assertThat(gateway.get("/jobs/" + ids.get(0)).path("status").asText())
                    .isEqualTo("succeeded");
        }
    }

    /** Submits what was not accepted yet; once so many are, kills the process and lets the clients run into that. */
    private void submitAll(Up up, int killAt) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int client = 0; client < CLIENTS; client++) {
            clients.execute(() -> {
                for (int job = next.getAndIncrement(); job < JOBS; job = next.getAndIncrement()) {
                    // A job that was accepted is submitted again now and then, as a client that lost the answer does.
                    if ((!ids.containsKey(job) || job % 10 == 0) && !submitted(up, job)) {
                        return;
                    }
                    if (ids.size() >= killAt) {
                        up.kill();
                        return;
                    }
                }
            });
        }
        clients.shutdown();
        assertThat(clients.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    }

    private boolean submitted(Up up, int job) {
        String body = "{\"function\":\"hello\",\"payload\":{\"name\":\"" + job + "\"},\"key\":\"k" + job % 16
                + "\",\"idempotencyKey\":\"job-" + job + "\"}";
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(up.url() + "/jobs"))
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isIn(200, 202);
            ids.put(job, Json.parse(answer.body()).path("id").asText());
            return true;
        } catch (IOException killed) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How often each invocation ended, once all have. */
    private Map<String, Integer> outcomes(Up up) {
        Map<String, Integer> outcomes = new HashMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                KafkaSettings.at(up.kafka()).consumer("test"), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(TopicCatalogue.defaults().outcomes().name())
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long untilNs = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < untilNs && !outcomes.keySet().containsAll(ids.values())) {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> outcomes.merge(row.key(), 1, Integer::sum));
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> outcomes.merge(row.key(), 1, Integer::sum));
            }
            return outcomes;
        }
    }
}
