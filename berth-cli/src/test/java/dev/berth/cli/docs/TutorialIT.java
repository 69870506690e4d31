package dev.berth.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cli.docs.Tutorial.Mark;
import dev.berth.cli.docs.Tutorial.Step;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tutorial, command by command with the packaged program, as somebody would type it; what is printed must be what the page shows.
 * Only ports and the data folder are others, since those of the page may be in use.
 */
@Tag("integration")
@Tag("O1")
@Tag("O4")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TutorialIT {
    private static final Path HOME =
            Path.of(System.getProperty("berth.home")).toAbsolutePath().normalize();
    private static final Duration STEP = Duration.ofSeconds(90);
    private static final String SKIPPED = "SKIPPED: no kcat here, so the tutorial was not tried (apt-get install kcat)";

    @TempDir
    private Path folder;

    private final int port = freePort();
    private final int kafkaPort = freePort();

    @Test
    void eachCommandOfTheTutorialPrintsWhatThePageShows() throws Exception {
        boolean kcat = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "kcat")));
        if (!kcat) {
            System.err.println("*** " + SKIPPED + " ***");
        }
        assumeTrue(kcat, SKIPPED);
        assertThat(HOME.resolve("berth-cli/target/berth-cli.jar"))
                .as("the program; ./berth build makes it")
                .exists();
        Iterator<Step> steps = Tutorial.read(Files.readString(HOME.resolve("topology-docs/tutorial.md")))
                .steps()
                .iterator();
        launcher();
        ShownOutput output = new ShownOutput();
        Process up = start(steps.next(), output);
        try (Shell shell = new Shell(folder, Map.of("BERTH_URL", "http://127.0.0.1:" + port, "BERTH_NO_BUILD", "1"))) {
            while (steps.hasNext()) {
                take(steps.next(), shell, output);
            }
            interrupt(up);
        } finally {
            up.descendants().forEach(ProcessHandle::destroyForcibly);
            up.destroyForcibly();
        }
        assertThat(containersLeft()).as("what runs of it still").isEmpty();
    }

    private void take(Step step, Shell shell, ShownOutput output) throws IOException {
        String commands = here(step.commands());
        if (step.is(Mark.AGAIN)) {
            await(commands)
                    .atMost(STEP)
                    .pollInSameThread()
                    .untilAsserted(() -> check(step, shell.run(commands, STEP), output));
        } else {
            check(step, shell.run(commands, STEP), output);
        }
    }

    private static void check(Step step, Shell.Said said, ShownOutput output) {
        assertThat(said.exitCode())
                .as("exit code of\n%s\n%s", step.commands(), said.text())
                .isEqualTo(step.is(Mark.FAILS) ? 1 : 0);
        step.shown().ifPresent(shown -> {
            assertThat(output.matches(shown, said.text()))
                    .as(
                            "The tutorial shows after\n%s\nthis:\n%s\nbut it printed this (another id, or the same one, may be the"
                                    + " difference):\n%s",
                            step.commands(), shown, said.text())
                    .isTrue();
        });
    }

    /** The first step, which runs in a terminal of its own. */
    private Process start(Step step, ShownOutput output) throws IOException {
        assertThat(step.is(Mark.TERMINAL)).isTrue();
        Path said = folder.resolve("up.out");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + step.commands())
                .directory(folder.toFile())
                .redirectOutput(said.toFile())
                .redirectError(folder.resolve("up.err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_"));
        builder.environment().put("BERTH_NO_BUILD", "1");
        Process up = builder.start();
        await("up is ready")
                .atMost(STEP)
                .failFast("up lives", () -> !up.isAlive())
                .untilAsserted(() -> assertThat(Files.readString(said))
                        .as("its ready line; so far it said: %s", Files.readString(folder.resolve("up.err")))
                        .isNotEmpty());
        String ready = Files.readString(said)
                .replace(":" + port, ":8080")
                .replace(":" + kafkaPort, ":9092")
                .replaceAll("data in [^)]*\\)", "data in berth/.berth/up)");
        assertThat(output.matches(step.shown().orElseThrow(), ready))
                .as("%s %s", ready, Files.readString(folder.resolve("up.err")))
                .isTrue();
        return up;
    }

    /** As Ctrl-C does. Not by SIGINT itself: a shell lets what it starts in the background ignore that, and this test with it. */
    private static void interrupt(Process up) throws InterruptedException {
        up.destroy();
        assertThat(up.waitFor(STEP.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Processes of this test's folder, which are containers of a Berth without Docker, or that Berth itself. */
    private List<String> containersLeft() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }

    /** Commands with this run's ports. */
    private String here(String commands) {
        return commands.replace("127.0.0.1:8080", "127.0.0.1:" + port)
                .replace("127.0.0.1:9092", "127.0.0.1:" + kafkaPort);
    }

    /** {@code ./berth} of this folder is that of the repository, with other ports and data. */
    private void launcher() throws IOException {
        Path launcher = Files.writeString(
                folder.resolve("berth"), """
                #!/usr/bin/env bash
                if [ "$1" = up ]; then
                    shift
                    set -- up --port %d --kafka-port %d --data '%s' "$@"
                fi
                exec '%s' "$@"
                """.formatted(port, kafkaPort, folder.resolve("data"), HOME.resolve("berth")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
