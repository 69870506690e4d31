package dev.berth.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.executor.container.ContainerLog;
import dev.berth.executor.pool.AttemptId;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("chaos")
@Tag("C4")
class BrokerAwayTest {
    private static final int INVOCATIONS = 20;
    private static final int PRINTED_BYTES = 2_000_000;

    private final TopicCatalogue topics = new TopicCatalogue("berth.", 1, 1, (short) -1);
    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private final Random random = new Random(1);
    private final List<LogChunk> chunks = new ArrayList<>();
    private long printedBytes;

    @Test
    void whatIsPrintedWhileTheBrokerIsAwayIsBoundedAndWhatIsMissingIsCounted(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("log");
        EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBroker.Config(directory.resolve("broker"), 0));
        KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
        int port = Integer.parseInt(broker.bootstrapServers().replaceFirst(".*:", ""));
        try (Admin admin = Admin.create(kafka.client("test"))) {
            TopicInstaller.install(admin, topics);
        }
        LogLimits limits = new LogLimits(1L << 30, 1L << 30, Duration.ofMillis(20));
        ContainerLog log = new ContainerLog(path);
        try (LogShipper shipper = new LogShipper("i1", kafka, topics, registry, limits)) {
            shipper.follow(new LogSource("t", "f", "$LATEST", 1, "i1", "c1"), log);
            run(log, path, "before", "before\n");
            await(kafka, "before\n");
            broker.close();

            for (int i = 0; i < INVOCATIONS; i++) {
                run(log, path, "away-" + i, noise());
            }
            // Some may wait in the file for the broker, behind what was sent or let go while there was no moment to
            // start anew.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> log.size() < printedBytes / 2);

            broker = EmbeddedBroker.start(new EmbeddedBroker.Config(directory.resolve("broker"), port));
            run(log, path, "after", "after\n");
            await(kafka, "after\n");
        } finally {
            broker.close();
        }
        long kept = chunks.stream()
                .mapToLong(chunk -> chunk.getPrinted().remaining())
                .sum();
        long dropped = chunks.stream().mapToLong(LogChunk::getDroppedBytes).sum();
        assertThat(kept + dropped).isEqualTo(printedBytes);
        assertThat(kept).isPositive();
        assertThat(dropped).isPositive();
        assertThat(chunks).extracting(LogChunk::getSequence).isSorted().doesNotHaveDuplicates();
    }

    private void run(ContainerLog log, Path path, String id, String text) throws IOException {
        AttemptId attempt = new AttemptId(id, 1);
        log.begin(attempt);
        Files.writeString(path, text, StandardOpenOption.APPEND);
        printedBytes += text.length();
        assertThat(log.end(attempt)).endsWith(text.substring(text.length() - 5));
    }

    /** Lines that do not compress to nothing. */
    private String noise() {
        StringBuilder lines = new StringBuilder();
        byte[] line = new byte[60];
        while (lines.length() < PRINTED_BYTES) {
            random.nextBytes(line);
            lines.append(Base64.getEncoder().encodeToString(line)).append('\n');
        }
        return lines.toString();
    }

    /** Reads the topic again from its start, until its last chunk ends so. */
    private void await(KafkaSettings kafka, String end) {
        TopicPartition partition = new TopicPartition(topics.logs().name(), 0);
        var codec = topics.logs().codec(registry);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            chunks.clear();
            Awaitility.await("chunk that ends with " + end)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        for (var row : consumer.poll(Duration.ofMillis(100))) {
                            chunks.add(codec.decode(row.value()));
                        }
                        return !chunks.isEmpty()
                                && StandardCharsets.UTF_8
                                        .decode(chunks.get(chunks.size() - 1)
                                                .getPrinted()
                                                .duplicate())
                                        .toString()
                                        .endsWith(end);
                    });
        }
    }
}
