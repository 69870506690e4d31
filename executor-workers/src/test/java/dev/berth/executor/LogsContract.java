package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.logs.LogLimits;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What containers print, from the code to the logs topic, whatever the containers are made of. */
@Tag("C4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LogsContract {
    private static final int BURST_BYTES = 4 * 1024 * 1024;

    Path directory;
    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;
    private LogTopic logs;

    abstract ContainerBackend backend();

    abstract void requireBackend();

    /** The file that a function waits for, as it sees it. */
    abstract String signal();

    /** Makes that file for the function in a container. */
    abstract void release(String containerId) throws Exception;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        directory = home;
        requireBackend();
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                        "i1", world.kafka, world.registry, world.topics, backend(), home.resolve("i1"), 4, 2_048)
                .withLogs(new LogLimits(64 * 1024, BURST_BYTES, Duration.ofMillis(50))));
        slot = world.assign("i1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
        logs = new LogTopic(world);
    }

    @AfterAll
    void stop() {
        if (logs != null) {
            logs.close();
        }
        if (executor != null) {
            executor.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    void whatIsPrintedIsItsInvocationsAndWhatComesBeforeIsNobodys() {
        FunctionVersion version = deploy("speaker");
        Result first = call("speaker", version, "{\"do\":\"say\",\"text\":\"bom dia\"}");
        Result second = call("speaker", version, "{\"do\":\"say\",\"text\":\"boa noite\"}");
        assertThat(logs.textOf(first.getInvocationId(), "\n")).isEqualTo("bom dia\n");
        assertThat(logs.textOf(second.getInvocationId(), "\n")).isEqualTo("boa noite\n");
        List<LogChunk> all = logs.await(chunk -> chunk.getFunction().equals("speaker"), own -> own.size() == 3);
        assertThat(LogTopic.text(all)).isEqualTo("waking up\nbom dia\nboa noite\n");
        assertThat(all).extracting(LogChunk::getInvocationId).first().isNull();
        assertThat(all).extracting(LogChunk::getSequence).containsExactly(0L, 1L, 2L);
        assertThat(all).allSatisfy(chunk -> {
            assertThat(chunk.getTenant()).isEqualTo("t");
            assertThat(chunk.getInstanceId()).isEqualTo("i1");
            assertThat(chunk.getContainerId()).isEqualTo(first.getContainerId());
            assertThat(chunk.getRevision()).isEqualTo(version.getRevision());
            assertThat(chunk.getDroppedBytes()).isZero();
        });
        assertThat(second.getLogTail()).isEqualTo("boa noite\n");
    }

    @Test
    void linesShowWhileTheirInvocationRuns() throws Exception {
        FunctionVersion version = deploy("runner");
        String container =
                call("runner", version, "{\"do\":\"say\",\"text\":\"there\"}").getContainerId();
        Dispatch order = world.order(slot, "runner", version, "k", "{\"do\":\"until\",\"file\":\"" + signal() + "\"}");
        String id = order.getInvocation().getId();
        world.post(slot, order);
        assertThat(logs.textOf(id, "so far\n")).isEqualTo("so far\n");
        assertThat(world.results).doesNotContainKey(id);
        release(container);
        assertThat(world.await(order).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(logs.textOf(id, "of it\n")).isEqualTo("so far\nand the rest of it\n");
    }

    @Test
    void aLongLineIsCutBetweenCharacters() {
        FunctionVersion version = deploy("rambler");
        Result result = call("rambler", version, "{\"do\":\"long\"}");
        List<LogChunk> chunks = logs.await(
                chunk -> result.getInvocationId().equals(chunk.getInvocationId()),
                own -> bytes(own).sum() == 1024 * 1024);
        assertThat(bytes(chunks).sum()).isEqualTo(1024 * 1024);
        assertThat(bytes(chunks)).allMatch(bytes -> bytes <= Limits.LOG_CHUNK_BYTES && bytes % 2 == 0);
        assertThat(LogTopic.text(chunks)).isEqualTo("é".repeat(512 * 1024));
    }

    @Test
    void whatIsNoTextIsKeptAsItIs() {
        FunctionVersion version = deploy("mumbler");
        byte[] printed = {(byte) 0xFF, 0, 27, '[', '2', 'J', (byte) 0xC3, '\n', (byte) 0xE2, (byte) 0x82};
        Result result = call(
                "mumbler",
                version,
                "{\"do\":\"raw\",\"bytes\":\"" + Base64.getEncoder().encodeToString(printed) + "\"}");
        List<LogChunk> chunks = logs.await(
                chunk -> result.getInvocationId().equals(chunk.getInvocationId()),
                own -> bytes(own).sum() == printed.length);
        assertThat(chunks).singleElement().satisfies(chunk -> {
            byte[] kept = new byte[chunk.getPrinted().remaining()];
            chunk.getPrinted().duplicate().get(kept);
            assertThat(kept).isEqualTo(printed);
        });
    }

    @Test
    void aFloodIsLimitedAndEachByteThatIsMissingIsCounted() {
        FunctionVersion version = deploy("flooder");
        int lines = 700_000;
        Result result = call("flooder", version, "{\"do\":\"flood\",\"lines\":" + lines + "}");
        assertThat(result.getStatus()).as(result.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(result.getLogTail()).hasSize(4096).endsWith("%015d\n".formatted(lines - 1));
        List<LogChunk> chunks = logs.await(
                chunk -> result.getInvocationId().equals(chunk.getInvocationId()),
                own -> bytes(own).sum() + dropped(own) == 16L * lines);
        assertThat(bytes(chunks).sum() + dropped(chunks)).isEqualTo(16L * lines);
        assertThat(bytes(chunks).sum()).isGreaterThanOrEqualTo(BURST_BYTES).isLessThan(16L * lines / 2 + BURST_BYTES);
        assertThat(dropped(chunks)).isPositive();
        String next =
                call("flooder", version, "{\"do\":\"say\",\"text\":\"dry\"}").getLogTail();
        assertThat(next).isEqualTo("dry\n");
    }

    @Test
    void theLastWordsOfAContainerAreKept() {
        FunctionVersion version = deploy("quitter");
        Result result = call("quitter", version, "{\"do\":\"exit\"}");
        assertThat(result.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(result.getLogTail()).endsWith("the last words");
        assertThat(logs.textOf(result.getInvocationId(), "words")).isEqualTo("the last words");
    }

    @Test
    void aFunctionThatCannotStartSaysWhyInTheLogOfItsContainer() {
        FunctionVersion version =
                world.deploy("stillborn", "python3", "none.handler", 3_000, Zips.of("app.py", "print('x')"));
        Result result = call("stillborn", version, "{}");
        assertThat(result.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        List<LogChunk> chunks = logs.await(
                chunk -> chunk.getContainerId().equals(result.getContainerId()),
                own -> LogTopic.text(own).contains("Runtime.ImportModuleError"));
        assertThat(LogTopic.text(chunks)).contains("Runtime.ImportModuleError");
        assertThat(chunks).extracting(LogChunk::getInvocationId).containsOnlyNulls();
    }

    private FunctionVersion deploy(String name) {
        return world.deploy(
                name,
                "python3",
                "printer.handler",
                30_000,
                Zips.of("printer.py", ExecutorContract.resource("printer.py")));
    }

    private Result call(String function, FunctionVersion version, String payload) {
        Dispatch order = world.order(slot, function, version, "k", payload);
        world.post(slot, order);
        return world.await(order);
    }

    private static LongStream bytes(List<LogChunk> chunks) {
        return chunks.stream().mapToLong(chunk -> chunk.getPrinted().remaining());
    }

    private static long dropped(List<LogChunk> chunks) {
        return chunks.stream().mapToLong(LogChunk::getDroppedBytes).sum();
    }
}
