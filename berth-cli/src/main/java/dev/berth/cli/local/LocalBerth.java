package dev.berth.cli.local;

import dev.berth.cli.text.Failure;
import dev.berth.embedded.EmbeddedBroker;
import dev.berth.executor.ContainerBackend;
import dev.berth.executor.Executor;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.replay.ReplayWorker;
import dev.berth.router.Router;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import dev.berth.telemetry.trace.Traces;
import dev.berth.triggers.Triggers;
import dev.berth.triggers.TriggersConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of Berth in this process: {@code up}, the demo and the tests on the real path run this.
 *
 * <pre>{@code
 * try (LocalBerth berth = new LocalBerth(config, System.err::println)) {
 *     berth.start();
 *     new GatewayClient(berth.gatewayUrl());
 * }
 * }</pre>
 *
 * <p>{@link #start} is called by one thread; {@link #close} by any, at any time.
 */
public final class LocalBerth implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalBerth.class);
    private static final long READY_SECONDS = 90;

    private final LocalConfig config;
    private final Consumer<String> progress;
    private final Parts parts = new Parts();
    /** Instances of one machine share them: one line for all. */
    private final Set<String> toldWeaknesses = ConcurrentHashMap.newKeySet();

    private final TopicCatalogue topics = TopicCatalogue.defaults();
    private final Telemetry telemetry;
    private DataDir dataDir;
    private Gateway gateway;
    private EmbeddedBroker broker;
    private Assembly assembly;
    private ContainerBackend containers;

    /**
     * @param progress is told, in words for people, what is being done; called by several threads
     */
    public LocalBerth(LocalConfig config, Consumer<String> progress) {
        this.config = config;
        this.progress = progress;
        this.telemetry = Telemetry.prometheus(
                Telemetry.USUAL_FUNCTIONS, Traces.of(config.watch().traces(), "berth"));
    }

    /**
     * Starts everything and returns when an invocation would be run.
     *
     * @throws Failure if anything cannot be started; what was started is stopped then
     */
    public void start() {
        Ports.requireFree(config.port(), "--port", "the gateway");
        Ports.requireFree(config.kafkaPort(), "--kafka-port", "Kafka");
        dataDir = DataDir.take(config.dataDir());
        Logs.toFile(logFile(dataDir.path()), config.watch().logs());
        log.info("Starting config={}", config);
        boolean started = false;
        try {
            startParts();
            started = true;
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException e) {
            log.info("Berth did not start", e); // whole, in the file; the terminal gets the one line below
            throw new Failure(
                    "Berth did not start: " + Failure.rootMessage(e) + ". The log is " + logFile(dataDir.path()), e);
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private void startParts() {
        Path data = dataDir.path();
        ContainerChooser chooser = new ContainerChooser(config.home(), "--containers process", progress);
        CompletableFuture<ContainerBackend> backend = async(() -> chooser.choose(config.containers()));
        progress.accept("starting Kafka and the gateway");
        CompletableFuture<EmbeddedBroker> kafka = async(() -> parts.add(
                Parts.Stage.BROKER,
                "broker",
                EmbeddedBroker.start(new EmbeddedBroker.Config(data.resolve("broker"), config.kafkaPort()))));
        gateway = parts.add(
                Parts.Stage.GATEWAY,
                "gateway",
                Gateway.listen(new GatewayConfig(
                        config.door().host(),
                        config.port(),
                        topics,
                        gatewayDir(data),
                        OptionalInt.empty(),
                        GatewayConfig.Bounds.defaults(),
                        config.door().auth(),
                        telemetry)));
        broker = join(kafka);
        assembly = new Assembly(kafka(), SchemaRegistry.connect(registryUrl()), topics, telemetry);
        assembly.installTopics();
        containers = join(backend);
        progress.accept("starting the router, " + config.instances()
                + (config.instances() == 1 ? " instance" : " instances") + " and the gateway's Kafka side");
        List<CompletableFuture<Void>> ready = new ArrayList<>();
        ready.add(async(() -> parts.add(Parts.Stage.ROUTER, "router", assembly.router(data.resolve("router"))))
                .thenCompose(Router::ready));
        ready.add(async(() -> parts.add(
                        Parts.Stage.TRIGGERS,
                        "triggers",
                        assembly.triggers("local", TriggersConfig.DEFAULT_HELD_BYTES)))
                .thenCompose(Triggers::ready));
        ready.add(async(() -> parts.add(Parts.Stage.TRIGGERS, "replays", assembly.replays("local")))
                .thenCompose(ReplayWorker::ready));
        ready.add(gateway.connect(assembly.kafka(), assembly.registry()));
        for (int i = 1; i <= config.instances(); i++) {
            String id = "local-" + i;
            ready.add(async(() -> startExecutor(id)).thenCompose(Executor::ready));
        }
        await(ready);
        log.info(
                "Ready gateway={} kafka={} registry={} containers={} data={}",
                gatewayUrl(),
                bootstrapServers(),
                registryUrl(),
                containers,
                data);
    }

    private Executor startExecutor(String id) {
        LocalConfig.Size size = config.size();
        var setup = new Assembly.Instance(id, containers, size.slots(), size.memoryMb(), config.container());
        Executor executor = parts.add(
                Parts.Stage.EXECUTORS,
                id,
                assembly.executor(setup, dataDir.path().resolve("instances").resolve(id)));
        executor.weakness().filter(toldWeaknesses::add).ifPresent(weakness -> progress.accept("note: " + weakness));
        return executor;
    }

    /**
     * Stops the instances and starts one with other containers in their place; returns when it takes work. Not while it is
     * closed by another thread.
     *
     * @throws Failure if there are no such containers here; the instances are as they were then
     */
    public void replaceInstances(String id, ContainerChoice choice) {
        ContainerBackend other = new ContainerChooser(config.home(), "--containers process", progress).choose(choice);
        parts.stop(Parts.Stage.EXECUTORS);
        containers = other;
        await(List.of(startExecutor(id).ready()));
    }

    /** The gateway's address. */
    public String gatewayUrl() {
        return gateway.url();
    }

    /** The schema registry's address. */
    public String registryUrl() {
        return gatewayUrl();
    }

    /** Kafka's address. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** How clients of this process reach Kafka. */
    public KafkaSettings kafka() {
        return KafkaSettings.at(broker.bootstrapServers());
    }

    public SchemaRegistry registry() {
        return assembly.registry();
    }

    public TopicCatalogue topics() {
        return topics;
    }

    /** What functions run in; known once it is started. */
    public ContainerBackend containers() {
        return containers;
    }

    /** The log file of a data folder. */
    public static Path logFile(Path dataDir) {
        return dataDir.resolve("berth.log");
    }

    /** The gateway's part of a data folder. */
    public static Path gatewayDir(Path dataDir) {
        return dataDir.resolve("gateway");
    }

    /** Stops everything in order; the data stays. */
    @Override
    public void close() {
        parts.stop();
        telemetry.close();
        if (dataDir != null) {
            Logs.closeFile(logFile(dataDir.path()));
            dataDir.close();
        }
    }

    private void await(List<CompletableFuture<Void>> ready) {
        try {
            CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new)).get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Failure(
                    "Berth was not ready within " + READY_SECONDS + " s. The log is " + logFile(dataDir.path()), e);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while starting", e);
        }
    }

    /** On a thread of its own: these starts block, some for seconds. */
    private static <T> CompletableFuture<T> async(Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, task -> {
            Thread thread = new Thread(task, "berth-start");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
