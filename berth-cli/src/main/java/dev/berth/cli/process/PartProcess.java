package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.CommonKeys;
import dev.berth.cli.config.GatewayKeys;
import dev.berth.cli.config.Role;
import dev.berth.cli.config.Settings;
import dev.berth.cli.config.WrongSettings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.DataDir;
import dev.berth.cli.local.Logs;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.telemetry.Telemetry;
import dev.berth.telemetry.trace.TraceSettings;
import dev.berth.telemetry.trace.Traces;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process that runs one part: takes its folder and ports, waits for Kafka and the registry, starts the part, says
 * that it is ready, and stays until it is told to end or cannot go on.
 *
 * <p>{@link #run} is called by one thread; {@link #stop} by another, at any time, once.
 */
public final class PartProcess {
    private static final Logger log = LoggerFactory.getLogger(PartProcess.class);
    private static final long START_ENDS_SECONDS = 20;

    private final Settings settings;
    private final Path home;
    private final Telemetry telemetry;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private volatile Thread starting;
    private volatile boolean stopping;
    private volatile String waitingFor = "the process starts";
    private volatile DataDir folder;
    private volatile HealthServer health;
    private volatile Part part;

    /**
     * @param home the repository: for folders that nobody chose, and the script that makes images
     */
    public PartProcess(Settings settings, Path home) {
        this.settings = settings;
        this.home = home;
        this.telemetry = Telemetry.prometheus(settings.get(CommonKeys.METRICS_FUNCTIONS), traces(settings));
    }

    private static Traces traces(Settings settings) {
        return settings.role() == Role.BROKER
                ? Traces.none()
                : Traces.of(
                        new TraceSettings(settings.get(CommonKeys.TRACES), settings.get(CommonKeys.TRACES_SHARE)),
                        "berth-" + settings.role().word());
    }

    /**
     * Starts and stays.
     *
     * @param ready gets what others must know, once, when the part works
     * @throws Failure if it does not start, or cannot go on
     */
    public void run(Consumer<ObjectNode> ready) throws InterruptedException {
        long startedNs = System.nanoTime();
        starting = Thread.currentThread();
        Part started;
        try {
            Logs.toStderr(settings.get(CommonKeys.LOG_LEVEL).name(), settings.get(CommonKeys.LOG_FORMAT));
            settings.warnings().forEach(warning -> log.warn("{}", warning));
            log.info(
                    "Starting {} pid={} settings: {}",
                    settings.role().word(),
                    ProcessHandle.current().pid(),
                    settings.described());
            started = start();
            ready.accept(ready(started, (System.nanoTime() - startedNs) / 1e9));
        } catch (RuntimeException e) {
            throw e instanceof Failure || e instanceof WrongSettings || stopping ? e : failed(e);
        } finally {
            startEnded.countDown();
        }
        try {
            started.ended().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Failure failure ? failure : new Failure(Failure.rootMessage(e), e);
        }
    }

    /** Stops what was started; returns when it is down. */
    public void stop() {
        stopping = true;
        endStart();
        Part running = part;
        if (running != null) {
            running.close();
        }
        if (health != null) {
            health.close();
        }
        telemetry.close();
        if (folder != null) {
            folder.close();
        }
        log.info("Stopped {}", settings.role().word());
    }

    private Part start() {
        folder = DataDir.take(folderPath(), "data.dir");
        Part opening = part(folder.path());
        part = opening;
        if (settings.role() != Role.GATEWAY) {
            health = HealthServer.listen(
                    new HealthServer.Address(
                            "health", settings.get(CommonKeys.HEALTH_HOST), settings.get(CommonKeys.HEALTH_PORT)),
                    this::problems,
                    telemetry);
        } else if (settings.get(GatewayKeys.METRICS_PORT) > 0) {
            health = HealthServer.listen(
                    new HealthServer.Address(
                            "metrics", settings.get(GatewayKeys.METRICS_HOST), settings.get(GatewayKeys.METRICS_PORT)),
                    this::problems,
                    telemetry);
        }
        opening.open();
        Assembly assembly = settings.role() == Role.BROKER
                ? null
                : Surroundings.await(settings, registryUrl(opening), telemetry, what -> waitingFor = what);
        waitingFor = "the " + settings.role().word() + " starts";
        opening.start(assembly);
        waitingFor = "";
        return opening;
    }

    private Part part(Path data) {
        try {
            return switch (settings.role()) {
                case ROUTER -> new RouterPart(settings, data);
                case EXECUTOR -> new ExecutorPart(settings, data, home);
                case GATEWAY -> new GatewayPart(settings, data, telemetry);
                case TRIGGERS -> new TriggersPart(settings);
                case BROKER -> new BrokerPart(settings, data);
                case TOPICS -> throw new IllegalArgumentException("topics is no part");
            };
        } catch (IllegalArgumentException e) {
            throw new WrongSettings(List.of(e.getMessage()));
        }
    }

    private String registryUrl(Part opened) {
        return opened instanceof GatewayPart gateway ? gateway.registryUrl() : settings.get(CommonKeys.REGISTRY);
    }

    private Path folderPath() {
        Path told = settings.get(CommonKeys.DATA);
        if (!told.toString().isEmpty()) {
            return told.toAbsolutePath().normalize();
        }
        String name = settings.role() == Role.EXECUTOR
                ? "executor-" + ExecutorPart.instanceId(settings)
                : settings.role().word();
        return home.resolve(".berth").resolve(name);
    }

    private List<String> problems() {
        if (stopping) {
            return List.of("the process stops");
        }
        return waitingFor.isEmpty() ? part.problems() : List.of(waitingFor);
    }

    private ObjectNode ready(Part started, double seconds) {
        ObjectNode json = Json.object().put("part", settings.role().word());
        started.describe(json);
        if (settings.role() != Role.BROKER) {
            json.put("kafka", settings.get(CommonKeys.BOOTSTRAP)).put("schemaRegistry", registryUrl(started));
        }
        String url = settings.role() == Role.GATEWAY ? json.path("gateway").asText() : health.url();
        return json.put("health", url + "/healthz")
                .put("data", folder.path().toString())
                .put("pid", ProcessHandle.current().pid())
                .put("seconds", Figures.rounded(seconds, 2));
    }

    /** What is half started cannot be stopped: the start is ended first. */
    private void endStart() {
        Thread thread = starting;
        if (thread == null || startEnded.getCount() == 0) {
            return;
        }
        thread.interrupt();
        try {
            if (!startEnded.await(START_ENDS_SECONDS, TimeUnit.SECONDS)) {
                log.warn(
                        "The start of the {} did not end within {} s",
                        settings.role().word(),
                        START_ENDS_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Failure failed(RuntimeException e) {
        log.info("The {} did not start", settings.role().word(), e);
        return new Failure("The " + settings.role().word() + " did not start: " + Failure.rootMessage(e), e);
    }
}
