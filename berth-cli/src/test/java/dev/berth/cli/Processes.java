package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Parts of Berth as processes of their own on this machine, to be killed, paused, stopped and started again.
 *
 * <pre>{@code
 * try (Processes berth = new Processes(folder)) {
 *     berth.launch("broker", "broker").awaitReady();
 *     Stream.of(berth.launch("router", "r1"), berth.launch("executor", "e1"), berth.launch("gateway", "g1"))
 *             .forEach(Processes.Part::awaitReady);
 *     berth.run("invoke", "hello");
 *     berth.part("e1").kill();
 *     berth.part("e1").restart();
 * }
 * }</pre>
 *
 * Containers are processes. What each prints on stderr is in its folder's {@code NAME.log}. Ports and folders stay the same over
 * restarts. Thread-safe enough for one test and its load generator: parts are launched by one thread.
 */
final class Processes implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(45);
    private static final Map<String, Integer> HEAP_MB =
            Map.of("broker", 256, "router", 192, "executor", 128, "gateway", 192, "triggers", 128);

    private final Path folder;
    private final int kafkaPort = freePort();
    private final int registryPort = freePort();
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** @param folder where everything is kept; emptied by whoever made it */
    Processes(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts a process and returns at once.
     *
     * @param role its command: broker, router, executor, gateway, or any other that takes {@code --set} and {@code --json}
     * @param name of it in this test; the instance id of an executor
     * @param sets further {@code key=value} settings
     */
    Part launch(String role, String name, String... sets) {
        List<String> all = new ArrayList<>();
        if (!role.equals("broker")) {
            all.addAll(List.of("kafka.bootstrap.servers=" + bootstrapServers(), "registry.url=" + registryUrl()));
        }
        all.addAll(Arrays.asList(sets));
        return launchWith(role, name, List.of(), all);
    }

    /**
     * Starts a process that is told where Kafka is by other means.
     *
     * @param options of the command, before the settings
     */
    Part launchWith(String role, String name, List<String> options, List<String> sets) {
        List<String> all = new ArrayList<>(List.of("data.dir=" + folder.resolve(name)));
        switch (role) {
            case "broker" -> all.addAll(List.of("broker.port=" + kafkaPort, "registry.port=" + registryPort));
            case "executor" -> all.addAll(List.of("instance.id=" + name, "containers=process", "prewarm=none"));
            case "gateway" -> all.add("http.port=" + freePort());
            default -> {}
        }
        all.addAll(sets);
        Part part = new Part(role, name, options, all);
        synchronized (parts) {
            parts.put(name, part);
        }
        part.launch();
        return part;
    }

    /** A part that was launched. */
    Part part(String name) {
        synchronized (parts) {
            return parts.get(name);
        }
    }

    /** The end of what each part printed. */
    String lastLines(int many) {
        StringBuilder text = new StringBuilder();
        for (Part part : all()) {
            List<String> lines = part.log().lines().toList();
            text.append("== ").append(part.name).append('\n');
            lines.subList(Math.max(0, lines.size() - many), lines.size())
                    .forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private List<Part> all() {
        synchronized (parts) {
            return List.copyOf(parts.values());
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    String registryUrl() {
        return "http://127.0.0.1:" + registryPort;
    }

    KafkaSettings kafka() {
        return KafkaSettings.at(bootstrapServers());
    }

    SchemaRegistry registry() {
        return SchemaRegistry.connect(registryUrl());
    }

    TopicCatalogue topics() {
        return TopicCatalogue.defaults();
    }

    /** The address of the gateway that was launched first. */
    String gatewayUrl() {
        synchronized (parts) {
            return parts.values().stream()
                    .filter(part -> part.role.equals("gateway"))
                    .findFirst()
                    .orElseThrow()
                    .url();
        }
    }

    /** Runs a client command against it. */
    Ran run(String... args) {
        return Ran.berth(Stream.concat(Arrays.stream(args), Stream.of("--url", gatewayUrl()))
                .toArray(String[]::new));
    }

    /** The containers, processes of this machine, that executors whose folder has this in its path have started. */
    static List<Long> containers(String path) throws IOException {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : processes) {
                String environment = read(each.resolve("environ"));
                if (environment.contains("BERTH_CONTAINER_ID=") && environment.contains(path)) {
                    found.add(Long.parseLong(each.getFileName().toString()));
                }
            }
        }
        return found;
    }

    /** The ids of those containers; each is several processes. */
    static Set<String> containerIds(String path) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (long pid : containers(path)) {
            for (String variable :
                    read(Path.of("/proc", Long.toString(pid), "environ")).split("\0", -1)) {
                if (variable.startsWith("BERTH_CONTAINER_ID=")) {
                    ids.add(variable);
                }
            }
        }
        return ids;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has just ended.
        }
    }

    /** Stops everything, the broker last. */
    @Override
    public void close() {
        List<Part> all = all();
        for (boolean broker : new boolean[] {false, true}) {
            List<Part> some = all.stream()
                    .filter(part -> part.role.equals("broker") == broker && part.isAlive())
                    .toList();
            some.forEach(part -> {
                part.signal("CONT");
                part.process.destroy();
            });
            some.forEach(Part::awaitEnd);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One process, and those that take its place when it is started again. */
    final class Part {
        private final String role;
        private final String name;
        private final List<String> options;
        private final List<String> sets;
        private volatile Process process;
        private volatile CompletableFuture<JsonNode> ready;

        private Part(String role, String name, List<String> options, List<String> sets) {
            this.role = role;
            this.name = name;
            this.options = options;
            this.sets = sets;
        }

        String name() {
            return name;
        }

        /** What it said when it was ready; waited for. */
        JsonNode awaitReady() {
            try {
                return ready.get(READY.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError(name + " did not get ready (" + e + "). Its log:\n" + log(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** A gateway's address. */
        String url() {
            return "http://127.0.0.1:" + setting("http.port");
        }

        /** What a key was set to. */
        String setting(String key) {
            return sets.stream()
                    .filter(set -> set.startsWith(key + "="))
                    .map(set -> set.substring(key.length() + 1))
                    .reduce((first, last) -> last)
                    .orElseThrow();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        long pid() {
            return process.pid();
        }

        /** SIGKILL, and waits until it is gone. */
        void kill() {
            process.destroyForcibly();
            awaitEnd();
        }

        /** SIGSTOP: it does nothing more, and knows nothing of it. */
        void pause() {
            signal("STOP");
        }

        /** SIGCONT. */
        void resume() {
            signal("CONT");
        }

        /** SIGTERM; its exit code. */
        int stop() {
            process.destroy();
            return awaitEnd();
        }

        /** Starts it again, as it was; {@link #awaitReady} waits for it. */
        Part restart() {
            assertThat(isAlive()).as(name + " lives").isFalse();
            launch();
            return this;
        }

        /** Its exit code, waited for. */
        int awaitEnd() {
            try {
                if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(name + " did not end within " + STOP + ". Its log:\n" + log());
                }
                return process.exitValue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** All that it printed on stderr, in all its lives. */
        String log() {
            try {
                return Files.readString(folder.resolve(name + ".log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void signal(String signal) {
            try {
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void launch() {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP_MB.getOrDefault(role, 128) + "m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dberth.home=" + RunningBerth.HOME,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    role,
                    "--json"));
            command.addAll(options);
            sets.forEach(set -> command.addAll(List.of("--set", set)));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(name + ".log").toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("BERTH_"));
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            CompletableFuture<JsonNode> said = new CompletableFuture<>();
            ready = said;
            Process launched = process;
            Thread reader = new Thread(() -> read(launched, said), "stdout-of-" + name);
            reader.setDaemon(true);
            reader.start();
        }
    }

    /** The first line is the ready line; the rest is read so that the process never waits for a reader. */
    private static void read(Process process, CompletableFuture<JsonNode> said) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.complete(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
            said.completeExceptionally(new IllegalStateException("it ended without a ready line"));
        } catch (IOException e) {
            said.completeExceptionally(e);
        }
    }
}
