package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.ImageRef;
import dev.berth.schemas.ReadOnlyMount;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Java functions, the environment that functions find, and their layers, whatever containers are made of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuntimesContract {
    static final String HANDLER = "example.Counter::handle";

    RouterAndFleet world;
    Path home;
    private Executor executor;
    private Assignment slot;
    private FunctionVersion counter;
    private FunctionVersion streaming;

    abstract ExecutorConfig config();

    abstract void requireBackend();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        home = directory;
        requireBackend();
        world = new RouterAndFleet();
        executor = Executor.start(config());
        slot = world.assign("r1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
        streaming = world.deploy(
                "stream",
                "python3",
                "app.handler",
                5_000,
                Zips.of("app.py", ExecutorContract.resource("streaming.py")));
        counter = world.deploy("counter", "java", HANDLER, 10_000, Javac.jar("Counter.java"));
    }

    /** Called when no container is left. */
    void cleanUp() throws Exception {}

    @AfterAll
    void stop() throws Exception {
        if (executor != null) {
            executor.close();
            cleanUp();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    @Tag("C2")
    @Tag("R7")
    void aJavaHandlerRunsInLambdasOwnClientAndKeepsItsState() throws Exception {
        Dispatch order = world.order(slot, "counter", counter, "é/ü", "{}");
        world.post(slot, order);
        Result first = world.await(order);
        JsonNode seen = ExecutorContract.json(first);
        assertThat(seen.path("count").asInt()).isEqualTo(1);
        assertThat(seen.path("id").asText()).isEqualTo(order.getInvocation().getId());
        assertThat(seen.path("function").asText()).isEqualTo("counter");
        assertThat(seen.path("memory").asInt()).isEqualTo(128);
        assertThat(seen.path("arn").asText()).endsWith(":function:counter");
        assertThat(seen.path("remaining").asInt()).isBetween(1, 10_000);
        assertThat(seen.path("heapMb").asInt()).isBetween(40, 64);
        assertThat(first.getLogTail()).contains("call 1");
        Result second = call("counter", counter, "é/ü", "{}");
        assertThat(ExecutorContract.json(second).path("count").asInt()).isEqualTo(2);
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
        assertThat(second.getLogTail()).isEqualTo("call 2\n");
    }

    @Test
    @Tag("C2")
    void theRoutingValueIsTheTenantIdOfAJavaHandler() throws Exception {
        assertThat(ExecutorContract.json(call("counter", counter, "tenant-7", "{}"))
                        .path("key")
                        .asText())
                .isEqualTo("tenant-7");
        assertThat(ExecutorContract.json(call("counter", counter, null, "{}"))
                        .path("key")
                        .asText(""))
                .isEmpty();
    }

    @Test
    @Tag("C2")
    void aJavaExceptionIsTheResultAndTheContainerGoesOn() throws Exception {
        Result before = call("counter", counter, "err", "{}");
        Result failed = call("counter", counter, "err", "{\"do\":\"throw\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failed.getErrorMessage()).isEqualTo("that went wrong");
        assertThat(failed.getContainerId()).isEqualTo(before.getContainerId());
        assertThat(call("counter", counter, "err", "{}").getContainerId()).isEqualTo(before.getContainerId());
    }

    @Test
    @Tag("C2")
    void aJavaHandlerThatExitsIsReported() {
        Result failed = call("counter", counter, "bye", "{\"do\":\"exit\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).endsWith("exit status 3");
    }

    @Test
    @Tag("C2")
    @Tag("C3")
    void aJavaHandlerThatWantsMoreThanItsHeapGetsAnError() {
        Result failed = call("counter", counter, "hog", "{\"do\":\"hog\"}");
        assertThat(failed.getStatus()).isNotEqualTo(ResultStatus.SUCCEEDED);
        assertThat(failed.getErrorType()).isEqualTo("java.lang.OutOfMemoryError");
    }

    @Test
    @Tag("C2")
    void aJavaClassThatIsNotThereIsAnErrorOfEachInvocation() {
        FunctionVersion missing =
                world.deploy("missing", "java", "example.Other::handle", 10_000, Javac.jar("Counter.java"));
        Result failed = call("missing", missing, "k", "{}");
        assertThat(failed.getErrorType()).isEqualTo("java.lang.ClassNotFoundException");
        assertThat(failed.getErrorMessage()).contains("example.Other");
    }

    @Test
    @Tag("C2")
    void aFunctionsOwnJvmOptionsCount() throws Exception {
        FunctionVersion own = world.redeploy(
                "own",
                FunctionVersion.newBuilder(counter)
                        .setEnvironment(Map.of("JAVA_TOOL_OPTIONS", "-Xmx33m -XX:+UseParallelGC")));
        assertThat(ExecutorContract.json(call("own", own, "k", "{}"))
                        .path("heapMb")
                        .asInt())
                .isBetween(28, 34);
    }

    @Test
    @Tag("C2")
    @Tag("C7")
    void javaClassesMayComeInJarsOfThePackageAndOfALayer() throws Exception {
        CodeRef layer = world.upload(Javac.zip("java/lib/greeting.jar", Javac.jar("Greeting.java")));
        FunctionVersion packed = world.deploy(
                "packed", "java", HANDLER, 10_000, Javac.zip("lib/counter.jar", Javac.jar("Counter.java")));
        assertThat(call("packed", packed, "k", "{\"do\":\"layer\"}").getErrorType())
                .isEqualTo("java.lang.ClassNotFoundException");
        FunctionVersion layered =
                world.redeploy("packed", FunctionVersion.newBuilder(packed).setLayers(List.of(layer)));
        assertThat(ExecutorContract.json(call("packed", layered, "k", "{\"do\":\"layer\"}"))
                        .asText())
                .isEqualTo("hello from a layer");
    }

    @Test
    @Tag("C2")
    @Tag("C7")
    void aFunctionFindsTheEnvironmentThatLambdaSets() throws Exception {
        JsonNode seen = ExecutorContract.json(call("layered", layered("app.handler"), "k", "{\"do\":\"environment\"}"));
        assertThat(seen.path("AWS_LAMBDA_FUNCTION_NAME").asText()).isEqualTo("layered");
        assertThat(seen.path("AWS_LAMBDA_FUNCTION_VERSION").asText()).isEqualTo("$LATEST");
        assertThat(seen.path("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").asText()).isEqualTo("128");
        assertThat(seen.path("AWS_LAMBDA_INITIALIZATION_TYPE").asText()).isEqualTo("on-demand");
        assertThat(seen.path("AWS_LAMBDA_LOG_GROUP_NAME").asText()).isEqualTo("/berth/t/layered");
        assertThat(seen.path("AWS_LAMBDA_LOG_STREAM_NAME").asText()).isNotEmpty();
        assertThat(seen.path("AWS_EXECUTION_ENV").asText()).isEqualTo("AWS_Lambda_python3");
        assertThat(seen.path("AWS_REGION").asText()).isEqualTo("us-east-1");
        assertThat(seen.path("AWS_DEFAULT_REGION").asText()).isEqualTo("us-east-1");
        assertThat(seen.path("AWS_LAMBDA_RUNTIME_API").asText()).matches("[0-9.]+:\\d+");
        assertThat(seen.path("_HANDLER").asText()).isEqualTo("app.handler");
        assertThat(seen.path("TZ").asText()).isEqualTo("America/Lima");
        assertThat(seen.path("LANG").asText()).isEqualTo("C.UTF-8");
        assertThat(seen.path("PATH").asText())
                .endsWith(seen.path("BERTH_LAYERS_ROOT").asText() + "/bin");
        assertThat(seen.path("LAMBDA_TASK_ROOT").asText()).isNotEmpty();
        assertThat(seen.path("LAMBDA_RUNTIME_DIR").asText()).isNotEmpty();
        assertThat(seen.path("LD_LIBRARY_PATH").asText()).endsWith("/lib");
    }

    @Test
    @Tag("C7")
    void filesOfLayersAreThereReadOnlyAndTheLaterLayerWins() throws Exception {
        FunctionVersion version = layered("app.handler");
        JsonNode seen = ExecutorContract.json(call("layered", version, "k", "{\"do\":\"layers\"}"));
        assertThat(seen.path("library").asText())
                .as("a module of the first layer")
                .isEqualTo("first");
        assertThat(seen.path("both").asText()).as("a module of both").isEqualTo("second");
        assertThat(seen.path("tool").asText()).as("a program of the second").isEqualTo("tool of the second");
        assertThat(seen.path("data").asText()).isEqualTo("some data");
        assertThat(seen.path("writable").asBoolean()).isFalse();
    }

    @Test
    @Tag("C7")
    void functionsShareTheirLayersButNotTheirOrder() throws Exception {
        FunctionVersion one = layered("app.handler");
        CodeRef first = one.getLayers().get(0);
        CodeRef second = one.getLayers().get(1);
        FunctionVersion turned =
                world.redeploy("turned", FunctionVersion.newBuilder(one).setLayers(List.of(second, first)));
        JsonNode seen = ExecutorContract.json(call("turned", turned, "k", "{\"do\":\"layers\"}"));
        assertThat(seen.path("both").asText()).isEqualTo("first");
    }

    @Test
    @Tag("C7")
    void aLayerThatHoldsAFileWhereAnotherHasADirectoryFailsAtInit() {
        FunctionVersion version = layered("app.handler");
        FunctionVersion clash = world.redeploy(
                "clash",
                FunctionVersion.newBuilder(version)
                        .setLayers(List.of(version.getLayers().get(0), world.upload(Zips.of("python", "a file")))));
        Result failed = call("clash", clash, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorMessage())
                .contains("Layer 2 has a file where an earlier one has a directory: python");
    }

    @Test
    @Tag("C7")
    void aLayerThatLeadsOutOfItsDirectoryFailsAtInit() {
        FunctionVersion out = world.redeploy(
                "out",
                FunctionVersion.newBuilder(layered("app.handler"))
                        .setLayers(List.of(world.upload(Zips.of("../../out", "x")))));
        Result failed = call("out", out, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.CodeUnavailable");
        assertThat(failed.getErrorMessage()).contains("lie outside");
    }

    @Test
    @Tag("C7")
    void aMountThatTheOperatorDidNotAllowFailsAtInit() {
        FunctionVersion mounted = world.redeploy(
                "mounted",
                FunctionVersion.newBuilder(layered("app.handler"))
                        .setMounts(List.of(new ReadOnlyMount("/etc", "/mnt/etc"))));
        Result failed = call("mounted", mounted, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorMessage()).contains("/mnt/etc");
    }

    @Test
    @Tag("C2")
    void anImageThatIsNotThereFailsAtInitAndIsNamed() {
        FunctionVersion image = image("nowhere", new ImageRef("berth-test/nowhere:1", List.of(), List.of(), ""));
        Result failed = call("nowhere", image, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorMessage()).contains("berth-test/nowhere:1");
    }

    @Test
    @Tag("C2")
    void aStreamedResponseIsCollectedAndReturnedWhole() throws Exception {
        Result whole = stream("{\"chunks\":[\"{\\\"a\\\":\",\"1\",\"}\"]}");
        assertThat(whole.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(ExecutorContract.json(whole).toString()).isEqualTo("{\"a\":1}");
        assertThat(stream("{\"chunks\":[]}").getPayload().remaining()).isZero();
    }

    @Test
    @Tag("C2")
    void anErrorAfterTheStreamIsTheResult() throws Exception {
        Result failed = stream("{\"chunks\":[\"half of\"],\"type\":\"Runtime.Broke\","
                + "\"body\":{\"errorType\":\"Midway\",\"errorMessage\":\"it broke\",\"stackTrace\":[\"here\"]}}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("Midway");
        assertThat(failed.getErrorMessage()).isEqualTo("it broke");
        assertThat(ExecutorContract.json(failed).at("/stackTrace/0").asText()).isEqualTo("here");
        assertThat(stream("{\"chunks\":[],\"type\":\"Only.Type\"}").getErrorType())
                .isEqualTo("Only.Type");
        Result garbage = stream("{\"chunks\":[],\"type\":\"Bad.Body\",\"body\":\"%%%\"}");
        assertThat(garbage.getErrorType()).isEqualTo("Bad.Body");
        assertThat(garbage.getErrorMessage()).contains("not JSON");
        assertThat(stream("{\"chunks\":[\"1\"]}").getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    @Tag("C2")
    @Tag("C3")
    void aStreamOverTheLimitIsAnErrorAndTheContainerGoesOn() {
        Result failed = stream("{\"chunks\":[\"" + "x".repeat(1024) + "\"],\"times\":7000}");
        assertThat(failed.getErrorType()).isEqualTo("Function.ResponseSizeTooLarge");
        assertThat(stream("{\"chunks\":[\"1\"]}").getContainerId()).isEqualTo(failed.getContainerId());
    }

    private Result stream(String payload) {
        return call("stream", streaming, "k", payload);
    }

    FunctionVersion image(String name, ImageRef image) {
        return world.redeploy(
                name,
                FunctionVersion.newBuilder(counter)
                        .setRuntime("image")
                        .setHandler("")
                        .setCode(new CodeRef("", 0L, 0, 0L))
                        .setImage(image));
    }

    FunctionVersion layered(String handler) {
        FunctionVersion plain = world.deploy(
                "layered", "python3", handler, 3_000, Zips.of("app.py", ExecutorContract.resource("layered.py")));
        CodeRef first = world.upload(Zips.of(
                "python/library.py", "NAME = 'first'", "python/both.py", "NAME = 'first'", "data/file", "some data"));
        CodeRef second = world.upload(
                Zips.of("python/both.py", "NAME = 'second'", "bin/berth-tool", "#!/bin/sh\necho tool of the second\n"));
        return world.redeploy(
                "layered",
                FunctionVersion.newBuilder(plain)
                        .setEnvironment(Map.of("TZ", "America/Lima", "AWS_LAMBDA_FUNCTION_NAME", "mine"))
                        .setLayers(List.of(first, second)));
    }

    Result call(String function, FunctionVersion version, String key, String payload) {
        Dispatch order = world.order(slot, function, version, key, payload);
        world.post(slot, order);
        return world.await(order);
    }
}
