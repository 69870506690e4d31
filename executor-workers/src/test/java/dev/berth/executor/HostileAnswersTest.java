package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Code that speaks the Runtime API in every way but the right one, and packages that are more than they seem. */
@Tag("C2")
class HostileAnswersTest extends HostileWorld {
    @Test
    void anAnswerOfAHundredMegabytesIsRefusedByItsSize() {
        Result failed = attack("huge", "{\"do\":\"answer_huge\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("Function.ResponseSizeTooLarge");
        assertThat(failed.getErrorMessage()).contains("104857600 bytes", "maximum allowed payload size");
        sameContainerGoesOn("huge", failed);
    }

    @Test
    void bytesThatAreNoTextAreHandedOnAsTheyAre() {
        Result result = attack("garbage", "{\"do\":\"answer_garbage\"}");
        assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        ByteBuffer payload = result.getPayload();
        assertThat(payload.remaining()).isEqualTo(256);
        for (int i = 0; i < 256; i++) {
            assertThat(payload.get(payload.position() + i)).isEqualTo((byte) i);
        }
        sameContainerGoesOn("garbage", result);
    }

    @Test
    void anErrorThatIsNoJsonIsCutToAnErrorThatIs() throws Exception {
        Result failed = attack("garbled", "{\"do\":\"answer_garbled_error\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).matches("E{256}");
        assertThat(ExecutorContract.json(failed).path("errorMessage").asText()).contains("not JSON (256 bytes)");
        sameContainerGoesOn("garbled", failed);
    }

    @Test
    void theSecondAnswerToAnInvocationIsRefused() throws Exception {
        Result result = attack("twice", "{\"do\":\"answer_twice\"}");
        assertThat(ExecutorContract.json(result).asText()).isEqualTo("first");
        Result next = sameContainerGoesOn("twice", result);
        assertThat(next.getLogTail()).contains("answers were taken with 202 400");
    }

    @Test
    void ofManyAnswersBegunAtOnceOneIsHeldInMemory() {
        Result result = attack("many", "{\"do\":\"answer_at_once_on_many_connections\",\"connections\":40}");
        assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(result.getPayload()).isEqualTo(ByteBuffer.wrap(new byte[] {'1'}));
        sameContainerGoesOn("many", result);
    }

    @Test
    void connectionsWithoutEndHaveOne() throws Exception {
        Result result = attack("caller", "{\"do\":\"connect_without_end\"}");
        assertThat(ExecutorContract.json(result).asInt()).isBetween(100, 200);
        sameContainerGoesOn("caller", result);
    }

    @Test
    void whatIsNotHttpIsHungUpOn() {
        Result result = attack("noise", "{\"do\":\"not_http\"}");
        assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        sameContainerGoesOn("noise", result);
    }

    @Test
    void halfAnAnswerIsNone() throws Exception {
        Result whole = attack("half", "{\"do\":\"break_off\",\"then\":\"close\"}");
        assertThat(ExecutorContract.json(whole).asText()).isEqualTo("whole");
        sameContainerGoesOn("half", whole);
    }

    @Test
    @Tag("C3")
    void halfAnAnswerThatNeverEndsTimesOut() {
        use("slow", deploy("slow", 1_500));
        Result failed = lastAttack("slow", "{\"do\":\"break_off\",\"then\":\"hang\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.TIMED_OUT);
        assertThat(failed.getErrorMessage()).contains("Task timed out after 1.50 seconds");
    }

    @Test
    void anExitInTheMiddleOfAnAnswerEndsTheInvocationWithItsStatus() {
        Result failed = lastAttack("leaver", "{\"do\":\"break_off\",\"then\":\"exit\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.ExitError");
        assertThat(failed.getErrorMessage()).endsWith("exit status 7");
    }

    @Test
    void aRuntimeThatLosesItsConnectionEnds() {
        Result failed = lastAttack("mute", "{\"do\":\"hang_up\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).endsWith("exit status 1");
    }

    @Test
    void anExitDuringInitIsAnInitThatFailed() {
        use(
                "stillborn",
                world.deploy(
                        "stillborn",
                        "python3",
                        "app.handler",
                        3_000,
                        Zips.of("app.py", "print('so long', flush=True)\nimport os\nos._exit(9)")));
        Result failed = lastAttack("stillborn", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.ExitError");
        assertThat(failed.getErrorMessage()).contains("exit status 9");
        assertThat(failed.getLogTail()).contains("so long");
    }

    @Test
    void aPackageThatReachesOutOfItselfStartsNothing() {
        use("climber", packaged("climber", Zips.of("../../climbed.py", "x = 1")));
        Result failed = attack("climber", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.CodeUnavailable");
        assertThat(failed.getErrorMessage()).contains("would lie outside of it: '../../climbed.py'");
    }

    @Test
    void aPackageWithALinkStartsNothing() {
        // Made by Python's zipfile: one entry, a symbolic link called link to /etc/passwd.
        byte[] zip = Base64.getDecoder()
                .decode("UEsDBBQAAAAAAAAAIQAKuR8pCwAAAAsAAAAEAAAAbGluay9ldGMvcGFzc3dkUEsBAhQDFAAAAAAAAAAh"
                        + "AAq5HykLAAAACwAAAAQAAAAAAAAAAAAAAP+hAAAAAGxpbmtQSwUGAAAAAAEAAQAyAAAALQAAAAAA");
        use("linker", packaged("linker", zip));
        Result failed = attack("linker", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorMessage()).contains("symbolic link (link)");
    }

    @Test
    @Tag("C3")
    void aZipBombIsStoppedAtTheLimit() {
        // More than the 250 MB that a package may have, in a quarter of a megabyte.
        use("bomb", packaged("bomb", Zips.of("app.py", "x = 1", "zeros", "\0".repeat(270_000_000))));
        Result failed = attack("bomb", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.CodeUnavailable");
        assertThat(failed.getErrorMessage()).contains("bytes unzipped");
    }

    private FunctionVersion packaged(String function, byte[] zip) {
        return world.deploy(function, "python3", "app.handler", 3_000, zip);
    }

    private Result sameContainerGoesOn(String function, Result attacked) {
        Result next = call(function, "{\"do\":\"hello\"}");
        assertThat(next.getStatus()).as(next.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(next.getContainerId()).isEqualTo(attacked.getContainerId());
        return next;
    }
}
