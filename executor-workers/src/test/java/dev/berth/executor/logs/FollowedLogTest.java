package dev.berth.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.container.ContainerLog;
import dev.berth.executor.pool.AttemptId;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@Tag("C4")
class FollowedLogTest {
    private static final int LONG = 18 * 1024 * 1024;
    private static final int SHORT = 512 * 1024;

    private final LongAdder unsent = new LongAdder();

    /** A short rest behind a long part that had been let go kept the whole file, as long as the broker was away. */
    @Test
    void aLongFileStartsAnewWhileTheBrokerIsAwayEvenIfLittleWaitsInIt(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("log");
        AttemptId attempt = new AttemptId("a", 1);
        try (ContainerLog log = new ContainerLog(path);
                ChunkWriter nobody = new ChunkWriter(
                        "i1",
                        KafkaSettings.at("127.0.0.1:1"),
                        new TopicCatalogue("berth.", 1, 1, (short) -1),
                        SchemaRegistry.inMemory())) {
            FollowedLog followed = new FollowedLog(
                    new LogSource("t", "f", "$LATEST", 1, "i1", "c1"),
                    log,
                    new ByteBudget(0, Long.MAX_VALUE, 0),
                    unsent);
            byte[] buffer = new byte[Limits.LOG_CHUNK_BYTES];

            log.begin(attempt);
            print(path, LONG);
            assertThat(followed.ship(nobody, buffer, 1)).isFalse();
            assertThat(log.size()).isEqualTo(LONG);

            print(path, SHORT);
            log.end(attempt);
            assertThat(followed.ship(nobody, buffer, 2)).isFalse();

            assertThat(log.size()).isZero();
            assertThat(unsent.sum()).isEqualTo(LONG + SHORT);
        }
    }

    private static void print(Path path, int bytes) throws IOException {
        byte[] lines = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            lines[i] = (byte) (i % 80 == 79 ? '\n' : 'x');
        }
        Files.write(path, lines, StandardOpenOption.APPEND);
    }
}
