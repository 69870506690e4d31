package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Java, layers, images and mounts from the command line, with process containers. */
@Tag("integration")
@Timeout(120)
class RuntimesTest {
    @TempDir
    private static Path data;

    @TempDir
    private static Path work;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("C2")
    void theJavaExampleRunsAsAFolderAndAsAJarAndKeepsItsState() throws Exception {
        Path classes = JavaExample.classes(work);
        for (Path path : List.of(classes, JavaExample.jar(work, classes))) {
            deploy(path.toString(), "--name", "hello-java", "--runtime", "java", "--handler", JavaExample.HANDLER);
            invoke("hello-java", "--key", "ada");
            JsonNode second = invoke("hello-java", "--key", "ada", "--payload", "{\"name\":\"Ada\"}");
            assertThat(second.path("payload").toString()).isEqualTo("{\"calls\":2,\"hello\":\"Ada\"}");
        }
    }

    @Test
    @Tag("C7")
    void layersComeFromFoldersAndTheLaterWins() throws Exception {
        Path first = Files.createDirectories(work.resolve("first/python"));
        Path second = Files.createDirectories(work.resolve("second/python"));
        Files.writeString(first.resolve("words.py"), "TEXT = 'first'");
        Files.writeString(first.resolve("more.py"), "TEXT = 'more'");
        Files.writeString(second.resolve("words.py"), "TEXT = 'second'");
        Path code = Files.writeString(
                work.resolve("layered.py"),
                "import more, words\n\ndef handler(event, context):\n    return more.TEXT + ' ' + words.TEXT\n");
        String[] base = {code.toString(), "--name", "layered", "--runtime", "python3", "--handler", "layered.handler"};
        Ran ran = deploy(with(
                base,
                "--layer",
                first.getParent().toString(),
                "--layer",
                second.getParent().toString()));
        assertThat(ran.out()).contains("2 layers");
        assertThat(invoke("layered").path("payload").asText()).isEqualTo("more second");
        deploy(with(base, "--layer", first.getParent().toString()));
        assertThat(invoke("layered").path("payload").asText()).isEqualTo("more first");
        deploy(base);
        Ran without = berth.run("invoke", "layered");
        assertThat(without.exitCode()).isNotZero();
        assertThat(without.out() + without.err()).contains("Runtime.ImportModuleError");
    }

    @Test
    @Tag("C2")
    void anImageOnPlainProcessesSaysThatItNeedsDocker() {
        Ran ran = berth.run("deploy", "--name", "image", "--image", "team/function:1", "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json().path("PackageType").asText()).isEqualTo("Image");
        Ran invoked = berth.run("invoke", "image");
        assertThat(invoked.exitCode()).isNotZero();
        assertThat(invoked.out() + invoked.err()).contains("team/function:1", "instance with Docker containers");
    }

    @Test
    @Tag("C7")
    void aReservedVariableIsRefusedByName() throws Exception {
        Path code = Files.writeString(work.resolve("plain.py"), "def handler(event, context):\n    return 1\n");
        Ran ran = berth.run(
                "deploy",
                code.toString(),
                "--name",
                "plain",
                "--runtime",
                "python3",
                "--handler",
                "plain.handler",
                "--env",
                "AWS_REGION=x");
        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.err()).contains("Reserved keys used in this request: AWS_REGION");
    }

    private static String[] with(String[] base, String... more) {
        List<String> all = new ArrayList<>(List.of(base));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Ran deploy(String... arguments) {
        List<String> all = new ArrayList<>(List.of("deploy", "--timeout", "20"));
        all.addAll(List.of(arguments));
        Ran ran = berth.run(all.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran;
    }

    private static JsonNode invoke(String function, String... options) {
        List<String> all = new ArrayList<>(List.of("invoke", function, "--json"));
        all.addAll(List.of(options));
        Ran ran = berth.run(all.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }
}
