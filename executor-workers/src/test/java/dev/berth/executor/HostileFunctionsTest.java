package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Code that wants out of its container, or more than its share, on the real engine. Its neighbour must not notice. */
@Tag("C3")
class HostileFunctionsTest extends HostileWorld {
    private static final String NO_CAPABILITIES = "0000000000000000";
    private static final int ENOSPC = 28;
    private static final long BYTES_PER_MB = 1024L * 1024;

    @Test
    void aContainerHasNoRightsAndNothingOfTheExecutor() throws Exception {
        JsonNode seen = answer("rights", "{\"do\":\"rights\"}");
        assertThat(seen.path("uid").asInt()).isEqualTo(60_800);
        assertThat(seen.path("gid").asInt()).isEqualTo(60_800);
        assertThat(seen.path("groups")).allMatch(group -> group.asInt() == 60_800);
        assertThat(seen.path("capabilities"))
                .hasSize(5)
                .allMatch(set -> set.asText().equals(NO_CAPABILITIES));
        assertThat(seen.path("noNewPrivileges").asText()).isEqualTo("1");
        assertThat(seen.path("seccomp").asText()).isEqualTo("2");
        assertThat(seen.path("mayRead")).isEmpty();
        assertThat(seen.path("processes")).as("processes that it sees").hasSize(1);
        Set<String> names = new HashSet<>();
        seen.path("environment").fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> name.startsWith("AWS_") || name.startsWith("LAMBDA_") || name.startsWith("BERTH_"));
        assertThat(names)
                .isSubsetOf(
                        "LANG",
                        "TZ",
                        "HOME",
                        "TMPDIR",
                        "PATH",
                        "PWD",
                        "HOSTNAME",
                        "PYTHONDONTWRITEBYTECODE",
                        "LD_LIBRARY_PATH",
                        "PYTHONPATH",
                        "NODE_PATH",
                        "LD_LIBRARY_PATH",
                        "PYTHONPATH",
                        "NODE_PATH",
                        "AWS_REGION",
                        "AWS_DEFAULT_REGION",
                        "_HANDLER",
                        "BERTH_LAYERS_ROOT",
                        "GREETING");
    }

    @Test
    void onlyMemoryCanBeWrittenTo() throws Exception {
        JsonNode written = ExecutorContract.json(attack("writer", "{\"do\":\"write_everywhere\"}"));
        assertThat(written).extracting(JsonNode::asText).containsExactlyInAnyOrder("/tmp", "/dev/shm", "/dev/mqueue");
    }

    @Test
    void aFullTmpIsAnErrorToTheCodeAndItsContainerGoesOn() throws Exception {
        JsonNode full = ExecutorContract.json(attack("filler", "{\"do\":\"fill_tmp\"}"));
        assertThat(full.path("errno").asInt()).isEqualTo(ENOSPC);
        assertThat(full.path("bytes").asLong()).isEqualTo(64 * BYTES_PER_MB);
        answer("filler", "{\"do\":\"empty_tmp\"}");
        assertThat(call("filler", "{\"do\":\"hello\"}").getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void aLogWithoutEndEnds() {
        Result failed = lastAttack("logger", "{\"do\":\"log_without_end\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).contains("Its log reached the limit of 64 MB");
    }

    @Test
    void aForkBombRunsIntoItsOwnLimit() throws Exception {
        Result failed = attack("forker", "{\"do\":\"fork_bomb\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("BlockingIOError");
        assertThat(failed.getErrorMessage()).contains("at its limit of 64 processes and threads");
        assertThat(ExecutorContract.json(failed).path("errorMessage").asText()).isEqualTo(failed.getErrorMessage());
        assertThat(ExecutorContract.json(failed).path("stackTrace")).isNotEmpty();
    }

    @Test
    void aMemoryBombEndsItsOwnContainerOnly() {
        Result failed = lastAttack("eater", "{\"do\":\"eat_memory\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.OutOfMemory");
        assertThat(failed.getErrorMessage()).contains("signal: killed", "memory limit of 128 MB");
    }

    @Test
    void aLoopPastTheTimeoutIsEndedWithItsThreads() {
        use("looper", deploy("looper", 1_500));
        Result failed = lastAttack("looper", "{\"do\":\"spin\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.TIMED_OUT);
        assertThat(failed.getErrorMessage()).endsWith("Task timed out after 1.50 seconds");
    }

    @Test
    void anErrorForWantOfDiskSaysHowMuchThereIs() throws Exception {
        Result failed = attack("spiller", "{\"do\":\"spill\"}");
        assertThat(failed.getErrorType()).isEqualTo("OSError");
        assertThat(ExecutorContract.json(failed).path("errorMessage").asText())
                .contains("No space left on device", "/tmp has room for 64 MB");
    }
}
