package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an executor does, whatever its containers are made of. The test plays router and fleet over a real broker. */
@Tag("C1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ExecutorContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    Path directory;

    RouterAndFleet world;
    Executor executor;
    Assignment slot;
    private FunctionVersion python;
    private FunctionVersion node;
    private FunctionVersion callback;
    private FunctionVersion provided;

    abstract ContainerBackend backend();

    /** How many containers, in whatever sense, are left of an instance. */
    abstract int leftOvers(String instanceId);

    abstract void requireBackend();

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        directory = home;
        requireBackend();
        world = new RouterAndFleet();
        python = world.deploy("py", "python3", "app.handler", 3_000, Zips.of("app.py", resource("app.py")));
        node = world.deploy("js", "nodejs", "index.handler", 3_000, Zips.of("index.mjs", resource("index.mjs")));
        callback = world.deploy(
                "cb", "nodejs", "callback.handler", 3_000, Zips.of("callback.js", resource("callback.js")));
        provided = world.deploy("sh", "provided", "none", 3_000, Zips.of("bootstrap", resource("bootstrap")));
        executor = Executor.start(config("i1"));
        slot = world.assign("i1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() {
        if (executor != null) {
            executor.close();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> leftOvers("i1") == 0);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> world.instances.get("i1").getState() == InstanceState.STOPPED);
            assertThat(directory.resolve("i1/containers")).isEmptyDirectory();
        }
        if (world != null) {
            world.close();
        }
    }

    ExecutorConfig config(String instanceId) {
        return new ExecutorConfig(
                instanceId,
                world.kafka,
                world.registry,
                world.topics,
                backend(),
                directory.resolve(instanceId),
                3,
                1_024);
    }

    @Test
    @Tag("R1")
    @Tag("R7")
    @Tag("R16")
    void stateOfAPythonFunctionIsThereOnItsSecondCall() throws Exception {
        Result first = call("py", python, "LIS", "{}");
        Result second = call("py", python, "LIS", "{}");
        assertThat(json(first))
                .isEqualTo(JSON.readTree(
                        "{\"key\":\"LIS\",\"count\":1,\"pid\":" + json(first).path("pid") + "}"));
        assertThat(json(second).path("count").asInt()).isEqualTo(2);
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
        assertThat(second.getReuse()).isEqualTo(Reuse.WARM);
        assertThat(second.getInstanceId()).isEqualTo("i1");
        assertThat(second.getEpoch()).isEqualTo(7);
        assertThat(second.getRevision()).isEqualTo(python.getRevision());
        assertThat(second.getLoad().getContainers()).isPositive();
        var timings = second.getTimings();
        assertThat(timings.getReceivedUs()).isGreaterThanOrEqualTo(timings.getRoutedUs());
        assertThat(timings.getStartedUs()).isGreaterThanOrEqualTo(timings.getReceivedUs());
        assertThat(timings.getEndedUs()).isGreaterThan(timings.getStartedUs());
        assertThat(timings.getInitUs()).isZero();
    }

    @Test
    @Tag("R1")
    @Tag("C2")
    void stateOfANodeFunctionIsThereOnItsSecondCall() throws Exception {
        Result first = call("js", node, "é/ü", "{}");
        Result second = call("js", node, "é/ü", "{}");
        assertThat(first.getReuse()).isEqualTo(Reuse.COLD);
        assertThat(first.getTimings().getInitUs()).isPositive();
        assertThat(json(second).path("count").asInt()).isEqualTo(2);
        assertThat(json(second).path("key").asText()).isEqualTo("é/ü");
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
    }

    @Test
    @Tag("C2")
    void aNodeHandlerMayAnswerByCallback() throws Exception {
        assertThat(json(call("cb", callback, "k", "{}")).path("count").asInt()).isEqualTo(1);
        Result failed = call("cb", callback, "k", "{\"do\":\"throw\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("RangeError");
        assertThat(json(call("cb", callback, "k", "{}")).path("count").asInt()).isEqualTo(2);
    }

    @Test
    @Tag("C2")
    void aBootstrapOfTheCodesOwnIsExecuted() throws Exception {
        assertThat(json(call("sh", provided, "k", "{}")).path("count").asInt()).isEqualTo(1);
        assertThat(json(call("sh", provided, "k", "{}")).path("count").asInt()).isEqualTo(2);
    }

    @Test
    @Tag("C2")
    @Tag("C4")
    void aHandlerSeesItsContextAndItsLogComesWithTheResult() throws Exception {
        Dispatch order = world.order(slot, "py", python, "OPO", "{\"do\":\"context\"}");
        order.getInvocation()
                .setHeaders(Map.of("X-Amzn-Trace-Id", "Root=1-2-3", "X-Amz-Client-Context", "{\"custom\":{}}"));
        world.post(slot, order);
        Result result = world.await(order);
        JsonNode seen = json(result);
        assertThat(seen.path("id").asText()).isEqualTo(order.getInvocation().getId());
        assertThat(seen.path("name").asText()).isEqualTo("py");
        assertThat(seen.path("memory").asText()).isEqualTo("128");
        assertThat(seen.path("tenant").asText()).isEqualTo("OPO");
        assertThat(seen.path("greeting").asText()).isEqualTo("hello");
        assertThat(seen.path("trace").asText()).isEqualTo("Root=1-2-3");
        assertThat(seen.path("client").has("custom")).isTrue();
        assertThat(seen.path("arn").asText()).endsWith(":function:py");
        assertThat(seen.path("remaining").asInt()).isBetween(1_000, 3_000);
        assertThat(result.getLogTail()).contains("a line of the log", "and one of the errors");
        assertThat(call("py", python, "OPO", "{}").getLogTail()).isNull();
    }

    @Test
    void anErrorOfTheHandlerIsTheResultAndTheContainerGoesOn() throws Exception {
        Result failed = call("py", python, "err", "{\"do\":\"throw\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("ValueError");
        assertThat(failed.getErrorMessage()).isEqualTo("that went wrong");
        assertThat(json(failed).path("stackTrace").get(0).asText()).contains("app.py");
        Result next = call("py", python, "err", "{}");
        assertThat(next.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(next.getContainerId()).isEqualTo(failed.getContainerId());
    }

    @Test
    void aResultThatIsNotJsonIsAnErrorAndTheContainerGoesOn() {
        Result failed = call("py", python, "garbage", "{\"do\":\"garbage\"}");
        assertThat(failed.getErrorType()).isEqualTo("Runtime.MarshalError");
        Result unread = call("py", python, "garbage", "not json");
        assertThat(unread.getErrorType()).isEqualTo("Runtime.UnmarshalError");
        assertThat(call("py", python, "garbage", "{}").getContainerId()).isEqualTo(failed.getContainerId());
    }

    @Test
    @Tag("R13")
    void aHandlerThatExitsEndsItsInvocationAndTheKeyGetsANewContainer() {
        Result failed = call("py", python, "bye", "{\"do\":\"exit\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.ExitError");
        assertThat(failed.getErrorMessage()).endsWith("Runtime exited with error: exit status 3");
        assertThat(failed.getLogTail()).contains("leaving");
        Dispatch pinned = world.order(slot, "py", python, "bye", "{}");
        pinned.setContainerId(failed.getContainerId());
        world.post(slot, pinned);
        Result next = world.await(pinned);
        assertThat(next.getReuse()).isEqualTo(Reuse.REPLACED);
        assertThat(next.getContainerId()).isNotEqualTo(failed.getContainerId());
    }

    @Test
    void aCrashNamesItsSignal() {
        Result failed = call("py", python, "crash", "{\"do\":\"segfault\"}");
        assertThat(failed.getErrorMessage()).endsWith("signal: segmentation fault");
    }

    @Test
    void aHandlerOverItsTimeIsKilledWithItsChildren() {
        FunctionVersion hasty = world.deploy(
                "hasty", "python3", "app.handler", 700, Zips.of("app.py", resource("app.py"), "other", "hasty"));
        Result failed = call("hasty", hasty, "k", "{\"do\":\"hang\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.TIMED_OUT);
        assertThat(failed.getErrorType()).isEqualTo("Sandbox.Timedout");
        assertThat(failed.getErrorMessage()).endsWith("Task timed out after 0.70 seconds");
        assertThat(failed.getLogTail()).contains("before the end");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> world.containerEvents.stream()
                        .anyMatch(event -> event.getContainerId().equals(failed.getContainerId())
                                && event.getEvent() == ContainerEventType.REMOVED
                                && event.getReason().equals("function timed out")));
        assertThat(call("hasty", hasty, "k", "{}").getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void aResponseOverTheLimitIsAnErrorAndOneBelowItIsNot() {
        Result failed = call("py", python, "big", "{\"do\":\"huge\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("Function.ResponseSizeTooLarge");
        Result large = call("py", python, "big", "{\"do\":\"large\"}");
        assertThat(large.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(large.getPayload().remaining()).isEqualTo(5 * 1024 * 1024 + 2);
        assertThat(large.getContainerId()).isEqualTo(failed.getContainerId());
    }

    @Test
    void aNodeHandlerThatThrowsRejectsOrExitsIsReported() {
        assertThat(call("js", node, "x", "{\"do\":\"throw\"}").getErrorType()).isEqualTo("TypeError");
        Result rejected = call("js", node, "x", "{\"do\":\"reject-later\"}");
        assertThat(rejected.getErrorType()).isEqualTo("Runtime.UnhandledPromiseRejection");
        Result exited = call("js", node, "x", "{\"do\":\"exit\"}");
        assertThat(exited.getErrorMessage()).endsWith("exit status 4");
        assertThat(call("js", node, "x", "{}").getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void codeThatCannotBeLoadedFailsAtInit() {
        FunctionVersion missing =
                world.deploy("missing", "python3", "nowhere.handler", 3_000, Zips.of("app.py", "x = 1"));
        Result failed = call("missing", missing, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.ImportModuleError");
        FunctionVersion exits = world.deploy(
                "exits",
                "python3",
                "app.handler",
                3_000,
                Zips.of("app.py", "print('so long')\nimport os\nos._exit(9)"));
        Result exited = call("exits", exits, "k", "{}");
        assertThat(exited.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(exited.getErrorType()).isEqualTo("Runtime.ExitError");
        assertThat(exited.getLogTail()).contains("so long");
    }

    @Test
    void aPackageThatIsNotWhatItsFunctionNamesFailsAtInit() {
        byte[] zip = Zips.of("app.py", "x = 2");
        FunctionVersion other = world.deploy("other", "python3", "app.handler", 3_000, zip, "0".repeat(64));
        Result failed = call("other", other, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.CodeUnavailable");
        assertThat(failed.getErrorMessage()).contains("SHA-256");
    }

    @Test
    void aPackageInManyChunksIsPutTogether() throws Exception {
        byte[] noise = new byte[1_200_000];
        new Random(1).nextBytes(noise);
        FunctionVersion large = world.deploy(
                "large",
                "python3",
                "app.handler",
                3_000,
                Zips.of(
                        "app.py",
                        resource("app.py"),
                        "noise",
                        Base64.getEncoder().encodeToString(noise)));
        assertThat(large.getCode().getChunks()).isGreaterThan(2);
        assertThat(json(call("large", large, "k", "{}")).path("count").asInt()).isEqualTo(1);
    }

    @Test
    @Tag("S5")
    void aContainerReachesItsOwnCurrentInvocationOnly() throws Exception {
        JsonNode other = json(call(
                "py",
                python,
                "thief",
                "{\"do\":\"steal\",\"path\":\"/2018-06-01/runtime/invocation/inv-1/response\"}"));
        assertThat(other.path("status").asInt()).isEqualTo(400);
        assertThat(other.path("error").path("errorType").asText()).isEqualTo("InvalidRequestID");
        JsonNode next = json(
                call("py", python, "thief", "{\"do\":\"steal\",\"path\":\"/2018-06-01/runtime/invocation/next\"}"));
        assertThat(next.path("status").asInt()).isEqualTo(403);
        JsonNode init =
                json(call("py", python, "thief", "{\"do\":\"steal\",\"path\":\"/2018-06-01/runtime/init/error\"}"));
        assertThat(init.path("status").asInt()).isEqualTo(403);
    }

    @Test
    void anAttemptDispatchedTwiceRunsOnce() throws Exception {
        Dispatch order = world.order(slot, "py", python, "twice", "{}");
        world.post(slot, order);
        world.post(slot, order);
        world.await(order);
        world.post(slot, order);
        assertThat(json(call("py", python, "twice", "{}")).path("count").asInt())
                .isEqualTo(2);
        List<ResultStatus> told = world.results.get(order.getInvocation().getId()).stream()
                .map(Result::getStatus)
                .toList();
        assertThat(told.get(0)).isEqualTo(ResultStatus.SUCCEEDED);
        // Its router may have missed that in a crash, so it is told that there is no more to come.
        assertThat(told.subList(1, told.size())).isNotEmpty().containsOnly(ResultStatus.BOUNCED);
    }

    @Test
    void theReplyOfOneWhoWaitsIsWrittenTooButNotWhenItBounces() {
        Dispatch order = world.order(slot, "py", python, "reply", "{}");
        order.getInvocation().setReplyTo(2);
        world.post(slot, order);
        world.await(order);
        Dispatch unknown = world.order(slot, "py", python, "reply", "{}");
        unknown.getInvocation().setReplyTo(2);
        unknown.setRevision(0);
        world.post(slot, unknown);
        Result bounced = world.await(unknown);
        assertThat(bounced.getStatus()).isEqualTo(ResultStatus.BOUNCED);
        assertThat(bounced.getErrorMessage()).contains("revision 0 of t/py");
        assertThat(world.replies)
                .extracting(Result::getInvocationId)
                .contains(order.getInvocation().getId())
                .doesNotContain(unknown.getInvocation().getId());
    }

    @Test
    void aRevisionThatArrivesAfterItsDispatchIsWaitedFor() {
        FunctionVersion version =
                world.deploy("late", "python3", "app.handler", 3_000, Zips.of("app.py", resource("app.py"), "n", "1"));
        FunctionVersion next = FunctionVersion.newBuilder(version)
                .setRevision(version.getRevision() + 1_000)
                .build();
        Dispatch early = world.order(slot, "late", next, "k", "{}");
        world.post(slot, early);
        call("late", version, "k", "{}");
        assertThat(world.results).doesNotContainKey(early.getInvocation().getId());
        world.announce("late", next);
        assertThat(world.await(early).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void dispatchesOfAnotherEpochOrInstanceAreIgnored() {
        Dispatch old = world.order(slot, "py", python, "old", "{}");
        old.setEpoch(6);
        Dispatch foreign = world.order(slot, "py", python, "old", "{}");
        foreign.setInstanceId("i9");
        world.post(slot, old);
        world.post(slot, foreign);
        call("py", python, "old", "{}");
        assertThat(world.results)
                .doesNotContainKeys(
                        old.getInvocation().getId(), foreign.getInvocation().getId());
    }

    @Test
    @Tag("V5")
    void anInstanceThatTheFleetLostComesBackUnderANewEpochWithItsContainers() throws Exception {
        try (Executor lost = Executor.start(config("i2"))) {
            Assignment before = world.assign("i2", 4, 20);
            lost.ready().get(20, TimeUnit.SECONDS);
            Dispatch first = world.order(before, "py", python, "k", "{}");
            world.post(before, first);
            String container = world.await(first).getContainerId();
            String incarnation = world.instances.get("i2").getIncarnation();
            world.say("i2", incarnation, 4, 20, AssignmentState.LOST);
            Awaitility.await().until(() -> world.instances.get("i2").getEpoch() == 0);
            Assignment after = world.assign("i2", 5, 21);
            Dispatch second = world.order(after, "py", python, "k", "{}");
            world.post(after, second);
            assertThat(world.await(second).getContainerId()).isEqualTo(container);
        }
        assertThat(leftOvers("i2")).isZero();
    }

    @Test
    @Tag("V5")
    void anInstanceWhoseNameIsTakenStops() throws Exception {
        try (Executor usurped = Executor.start(config("i3"))) {
            Assignment before = world.assign("i3", 6, 30);
            usurped.ready().get(20, TimeUnit.SECONDS);
            Dispatch first = world.order(before, "py", python, "k", "{}");
            world.post(before, first);
            world.await(first);
            world.say("i3", "another-incarnation", 6, 31, AssignmentState.LIVE);
            assertThat(usurped.terminated())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("Another process works as instance i3");
        }
        assertThat(leftOvers("i3")).isZero();
    }

    Result call(String function, FunctionVersion version, String key, String payload) {
        Dispatch order = world.order(slot, function, version, key, payload);
        world.post(slot, order);
        return world.await(order);
    }

    static JsonNode json(Result result) throws IOException {
        assertThat(result.getPayload())
                .as("payload of %s (%s %s)", result.getStatus(), result.getErrorType(), result.getErrorMessage())
                .isNotNull();
        return JSON.readTree(
                StandardCharsets.UTF_8.decode(result.getPayload().duplicate()).toString());
    }

    static String resource(String name) {
        try (InputStream in = ExecutorContract.class.getResourceAsStream("/functions/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
