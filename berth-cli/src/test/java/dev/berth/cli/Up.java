package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A {@code berth up} of two instances in a process of its own, which answers. */
final class Up implements AutoCloseable {
    private final Process process;
    private final String url;
    private final String kafka;

    /** @param options further ones */
    Up(Path data, String containers, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dberth.home=" + RunningBerth.HOME,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of("up", "--containers", containers, "--instances", "2", "--port", "0"));
        command.addAll(List.of("--kafka-port", "0", "--data", data.toString(), "--json"));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String ready = out.readLine();
        assertThat(ready).as("what up says when it is ready").isNotNull();
        JsonNode said = Json.parse(ready.getBytes(StandardCharsets.UTF_8));
        url = said.path("gateway").asText();
        kafka = said.path("kafka").asText();
    }

    String url() {
        return url;
    }

    String kafka() {
        return kafka;
    }

    /** Runs a client command, which must succeed. */
    Ran berth(String... args) {
        Ran ran = Ran.berth(
                Stream.concat(Stream.of(args), Stream.of("--url", url)).toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran;
    }

    /** The example that says hello. */
    void deployHello() {
        String example = RunningBerth.HOME.resolve("examples/hello-python").toString();
        berth("deploy", example, "--name", "hello", "--runtime", "python3", "--handler", "hello.handler");
    }

    /** As no process can refuse to end; returns when it has. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
