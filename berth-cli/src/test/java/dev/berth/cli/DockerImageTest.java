package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.Images;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions that are images, and Java functions, from the command line to the real engine. */
@Tag("docker")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DockerImageTest {
    private static final String IMAGE =
            "berth-test/hello-java:" + ProcessHandle.current().pid();
    private static final List<String> CLIENT = List.of(
            "aws-lambda-java-runtime-interface-client.jar",
            "aws-lambda-java-core.jar",
            "aws-lambda-java-serialization.jar",
            "utils-lite.jar");

    @TempDir
    private static Path data;

    @TempDir
    private static Path work;

    private static RunningBerth berth;
    private static Path classes;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Images.engineAnswers(), "SKIPPED: no Docker engine answers, so no image was run as a function");
        classes = JavaExample.classes(work);
        makeImage();
        Path shared = Files.createDirectories(work.resolve("shared"));
        Files.writeString(shared.resolve("greeting"), "hello from the host");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        berth = new RunningBerth(
                data,
                ContainerChoice.DOCKER,
                new ContainerConfig(
                        Duration.ZERO,
                        DockerSettings.USUAL,
                        new InstanceGrants(List.of(shared), Duration.ZERO),
                        List.of()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (berth != null) {
            berth.close();
            docker("image", "rm", "-f", IMAGE);
        }
    }

    @Test
    @Tag("C2")
    void anImageWhoseEntryPointIsLambdasOwnClientAnswersOnTheCommandLine() {
        run("deploy", "--name", "image", "--image", IMAGE, "--memory", "256", "--timeout", "20");
        JsonNode first = run("invoke", "image", "--key", "ada", "--json").json();
        assertThat(first.at("/payload/hello").asText()).isEqualTo("world");
        JsonNode second = run("invoke", "image", "--key", "ada", "--json").json();
        assertThat(second.at("/payload/calls").asInt()).isEqualTo(2);
        assertThat(second.at("/route/container").asText())
                .isNotEmpty()
                .isEqualTo(first.at("/route/container").asText());
    }

    @Test
    @Tag("C2")
    void theJavaExampleRunsInBerthsOwnImage() {
        run(
                "deploy",
                classes.toString(),
                "--name",
                "java",
                "--runtime",
                "java",
                "--handler",
                JavaExample.HANDLER,
                "--timeout",
                "20");
        assertThat(run("invoke", "java", "--payload", "{\"name\":\"Ada\"}", "--json")
                        .json()
                        .at("/payload/hello")
                        .asText())
                .isEqualTo("Ada");
    }

    @Test
    @Tag("C2")
    void anImageThatIsNotThereIsNamedWithWhatToDo() {
        run("deploy", "--name", "nowhere", "--image", "berth-test/nowhere:1");
        Ran ran = berth.run("invoke", "nowhere");
        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.out() + ran.err()).contains("berth-test/nowhere:1", "docker build", "--pull-images");
    }

    @Test
    @Tag("C7")
    void aFolderOfTheHostIsSeenWhereTheOperatorAllowsIt() throws Exception {
        Path code = Files.writeString(
                work.resolve("reader.py"),
                "def handler(event, context):\n    return open('/mnt/shared/greeting').read()\n");
        String[] deploy = {
            "deploy",
            code.toString(),
            "--name",
            "reader",
            "--runtime",
            "python3",
            "--handler",
            "reader.handler",
            "--mount"
        };
        run(with(deploy, work.resolve("shared") + ":/mnt/shared"));
        assertThat(run("invoke", "reader", "--json").json().path("payload").asText())
                .isEqualTo("hello from the host");
        run(with(deploy, "/etc:/mnt/shared"));
        Ran refused = berth.run("invoke", "reader");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.out() + refused.err()).contains("asks to see /etc at /mnt/shared", "--allow-mount");
    }

    private static void makeImage() throws Exception {
        Path context = Files.createDirectories(work.resolve("image"));
        for (String jar : CLIENT) {
            try (InputStream in =
                    DockerImageTest.class.getResourceAsStream("/dev/berth/executor/bootstrap/java/" + jar)) {
                Files.copy(in, context.resolve(jar));
            }
        }
        Files.copy(JavaExample.jar(work, classes), context.resolve("hello.jar"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM berth/java
                COPY *.jar /function/
                ENTRYPOINT ["java", "-Xmx96m", "-cp", "/function/*", \
                    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"]
                CMD ["%s"]
                """.formatted(JavaExample.HANDLER));
        docker("build", "-q", "-t", IMAGE, context.toString());
    }

    private static String[] with(String[] base, String last) {
        return Stream.concat(Stream.of(base), Stream.of(last)).toArray(String[]::new);
    }

    private static Ran run(String... arguments) {
        Ran ran = berth.run(arguments);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran;
    }

    private static void docker(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList())
                .redirectErrorStream(true);
        // The other builder would ask a registry.
        builder.environment().put("DOCKER_BUILDKIT", "0");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
