package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.ImageRef;
import dev.berth.schemas.ReadOnlyMount;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same on the real engine, and what only an engine has: functions that are images, and mounts. */
@Tag("docker")
class DockerRuntimesTest extends RuntimesContract {
    private static final String CLIENT =
            "berth-test/java-client:" + ProcessHandle.current().pid();
    private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    @Override
    ExecutorConfig config() {
        return new ExecutorConfig(
                        "r1",
                        world.kafka,
                        world.registry,
                        world.topics,
                        ContainerBackend.DOCKER,
                        home.resolve("r1"),
                        3,
                        2_048)
                .withGrants(new InstanceGrants(List.of(home.resolve("shared")), Duration.ZERO));
    }

    @Override
    void requireBackend() {
        DockerEngine.required();
    }

    @BeforeAll
    void makeFilesToShare() throws Exception {
        Path shared = Files.createDirectories(home.resolve("shared/model"));
        Files.writeString(shared.resolve("weights"), "0.5");
        Files.setPosixFilePermissions(shared.resolve("weights"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createSymbolicLink(home.resolve("shared/out"), Path.of("/etc"));
        // The containers' user is another than this process's.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** An image whose entry point is the client as Maven Central has it, and nothing of Berth's. */
    @BeforeAll
    void makeImage() throws Exception {
        Path context = Files.createDirectories(home.resolve("image"));
        for (String jar : List.of(
                "aws-lambda-java-runtime-interface-client.jar",
                "aws-lambda-java-core.jar",
                "aws-lambda-java-serialization.jar",
                "utils-lite.jar")) {
            Files.copy(Javac.library(jar), context.resolve(jar));
        }
        Files.write(context.resolve("counter.jar"), Javac.jar("Counter.java"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM berth/java
                ENV ONLY_IN_THE_IMAGE=yes
                COPY *.jar /function/
                WORKDIR /function
                HEALTHCHECK --interval=1s CMD true
                ENTRYPOINT ["java", "-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/function/*", "%s"]
                CMD ["%s"]
                """.formatted(MAIN, HANDLER));
        docker("build", "-q", "-t", CLIENT, context.toString());
    }

    @Override
    void cleanUp() throws Exception {
        docker("image", "rm", "-f", CLIENT);
    }

    @Test
    @Tag("C2")
    void anImageWhoseEntryPointIsLambdasOwnClientAnswers() throws Exception {
        FunctionVersion image = image("own-image", new ImageRef(CLIENT, List.of(), List.of(), ""));
        Result first = call("own-image", image, "LIS", "{}");
        JsonNode seen = ExecutorContract.json(first);
        assertThat(seen.path("count").asInt()).isEqualTo(1);
        assertThat(seen.path("key").asText()).isEqualTo("LIS");
        assertThat(seen.path("function").asText()).isEqualTo("own-image");
        assertThat(first.getLogTail()).contains("call 1");
        Result second = call("own-image", image, "LIS", "{}");
        assertThat(ExecutorContract.json(second).path("count").asInt()).isEqualTo(2);
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
    }

    @Test
    @Tag("C2")
    void aFunctionMaySayWhatItsImageRuns() throws Exception {
        FunctionVersion other =
                image("other-command", new ImageRef(CLIENT, List.of(), List.of("example.Nothing::handle"), ""));
        assertThat(call("other-command", other, "k", "{}").getErrorMessage()).contains("example.Nothing");
        FunctionVersion shell =
                image("other-entry", new ImageRef(CLIENT, List.of("/bin/sh", "-c", "pwd; exit 7"), List.of(), "/usr"));
        Result left = call("other-entry", shell, "k", "{}");
        assertThat(left.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(left.getErrorMessage()).contains("exit status 7");
        assertThat(left.getLogTail()).isEqualTo("/usr\n");
    }

    @Test
    @Tag("C2")
    @Tag("S5")
    void anImageIsKeptInLikeCode() {
        String look = "id -u; grep CapEff /proc/self/status; touch /function/f /x; echo $ONLY_IN_THE_IMAGE; exit 7";
        FunctionVersion image = image("prisoner", new ImageRef(CLIENT, List.of("/bin/sh", "-c", look), List.of(), ""));
        String seen = call("prisoner", image, "k", "{}").getLogTail();
        assertThat(seen)
                .contains("60800", "CapEff:\t0000000000000000", "yes")
                .contains("'/function/f': Read-only file system", "'/x': Read-only file system");
    }

    @Test
    @Tag("C2")
    void anImageOfAnUnknownProgramFailsAtInit() {
        FunctionVersion image = image("no-program", new ImageRef(CLIENT, List.of("/no/such/program"), List.of(), ""));
        Result failed = call("no-program", image, "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorMessage()).contains("exit status 127");
        assertThat(failed.getLogTail()).contains("/no/such/program");
    }

    @Test
    @Tag("C2")
    void imagesThatCannotBeKeptInOrListenedToAreRefused() throws Exception {
        assertThat(refusedImage("volume", "FROM berth/provided\nVOLUME /data\nENTRYPOINT [\"/bin/true\"]\n"))
                .contains("declares volumes (/data)");
        assertThat(refusedImage("shell", "FROM scratch\nCOPY Dockerfile /\nENTRYPOINT [\"/bootstrap\"]\n"))
                .contains("has no /bin/sh");
        assertThat(refusedImage("entry", "FROM scratch\nCOPY Dockerfile /\n"))
                .contains("no entry point and no command");
    }

    private String refusedImage(String name, String dockerfile) throws Exception {
        String tag = "berth-test/" + name + ":" + ProcessHandle.current().pid();
        Path context = Files.createDirectories(home.resolve("image-" + name));
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        docker("build", "-q", "-t", tag, context.toString());
        try {
            Result failed = call(name, image(name, new ImageRef(tag, List.of(), List.of(), "")), "k", "{}");
            assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
            assertThat(failed.getErrorMessage()).contains(tag);
            return failed.getErrorMessage();
        } finally {
            docker("image", "rm", "-f", tag);
        }
    }

    @Test
    @Tag("C7")
    void aMountThatTheOperatorAllowedIsThereReadOnly() throws Exception {
        FunctionVersion version = mounted(home.resolve("shared/model").toString(), "/mnt/model");
        JsonNode seen = ExecutorContract.json(call("mount", version, "k", "{\"path\":\"/mnt/model/weights\"}"));
        assertThat(seen.path("content").asText()).isEqualTo("0.5");
        assertThat(seen.path("write").asText()).isEqualTo("Read-only file system");
    }

    @Test
    @Tag("C7")
    void aMountIsRefusedIfItLeadsOutOfWhatIsAllowedOrIntoTheContainersOwn() {
        assertThat(refusal(home.resolve("shared/out").toString(), "/mnt/etc")).contains("A link leads out");
        assertThat(refusal(home.resolve("shared/../r1").toString(), "/mnt/r1")).contains("allows mounts of");
        assertThat(refusal(home.resolve("shared/none").toString(), "/mnt/none")).contains("no such file");
        assertThat(refusal(home.resolve("shared/model").toString(), "/var/task"))
                .contains("must be /mnt/NAME");
        assertThat(refusal(home.resolve("shared/model").toString(), "/mnt/..")).contains("must be /mnt/NAME");
    }

    private String refusal(String source, String target) {
        Result failed = call("mount", mounted(source, target), "k", "{}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.MountRefused");
        return failed.getErrorMessage();
    }

    private FunctionVersion mounted(String source, String target) {
        FunctionVersion plain = world.deploy(
                "mount", "python3", "app.handler", 3_000, Zips.of("app.py", ExecutorContract.resource("mounted.py")));
        return world.redeploy(
                "mount", FunctionVersion.newBuilder(plain).setMounts(List.of(new ReadOnlyMount(source, target))));
    }

    private static void docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The other builder would ask a registry.
        builder.environment().put("DOCKER_BUILDKIT", "0");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
