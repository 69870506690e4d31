package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.ExecutorKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.ContainerChooser;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.text.Failure;
import dev.berth.executor.ContainerBackend;
import dev.berth.executor.Executor;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.executor.pool.PrewarmRule;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An executor: one instance with containers of its own. */
final class ExecutorPart implements Part {
    private static final Logger log = LoggerFactory.getLogger(ExecutorPart.class);
    private static final int LONGEST_ID = 64;

    private final Settings settings;
    private final Path folder;
    private final Path home;
    private final String instanceId;
    private final ContainerConfig container;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private ContainerBackend containers;
    private volatile Executor executor;

    /** @throws IllegalArgumentException if the settings cannot be together */
    ExecutorPart(Settings settings, Path folder, Path home) {
        this.settings = settings;
        this.folder = folder;
        this.home = home;
        this.instanceId = instanceId(settings);
        this.container = container(settings);
        for (PrewarmRule rule : container.prewarm()) {
            if (rule.memoryMb() > settings.get(ExecutorKeys.MEMORY_MB)) {
                throw new IllegalArgumentException("prewarm asks for containers of " + rule.memoryMb()
                        + " MB, but memory.mb=" + settings.get(ExecutorKeys.MEMORY_MB)
                        + " is for all containers of the instance.");
            }
        }
    }

    /** The one that was told, or this machine's name. */
    static String instanceId(Settings settings) {
        String told = settings.get(ExecutorKeys.INSTANCE);
        if (!told.isEmpty()) {
            return told;
        }
        try {
            String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
            return host.substring(0, Math.min(host.length(), LONGEST_ID));
        } catch (UnknownHostException e) {
            throw new Failure("This machine has no name. Give the instance one with instance.id.", e);
        }
    }

    @Override
    public void open() {
        containers = new ContainerChooser(home, "containers=process", line -> log.info("{}", line))
                .choose(settings.get(ExecutorKeys.CONTAINERS));
    }

    @Override
    public void start(Assembly assembly) {
        Assembly.Instance instance = new Assembly.Instance(
                instanceId,
                containers,
                settings.get(ExecutorKeys.SLOTS),
                settings.get(ExecutorKeys.MEMORY_MB),
                container,
                Optional.of(settings.get(ExecutorKeys.DRAIN)));
        Executor started = assembly.executor(instance, folder);
        executor = started;
        started.weakness().ifPresent(weakness -> log.warn("{}", weakness));
        started.terminated().whenComplete((done, cause) -> {
            if (cause != null) {
                ended.completeExceptionally(new Failure(Failure.Kind.TAKEN, cause.getMessage(), cause));
            }
        });
        awaitReady(started);
    }

    /** There may be no router yet; that is said, and waited for without a bound, as readiness tells. */
    private void awaitReady(Executor started) {
        while (true) {
            try {
                started.ready().get(5, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                log.warn("Not ready instance={}: {}", instanceId, String.join("; ", started.problems()));
            } catch (ExecutionException e) {
                throw new Failure(Failure.rootMessage(e), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure("Interrupted while starting", e);
            }
        }
    }

    @Override
    public List<String> problems() {
        Executor started = executor;
        return started == null ? List.of("the executor starts") : started.problems();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void describe(ObjectNode ready) {
        ready.put("instance", instanceId)
                .put("containers", containers.name().toLowerCase(Locale.ROOT))
                .put("slots", settings.get(ExecutorKeys.SLOTS))
                .put("memoryMb", settings.get(ExecutorKeys.MEMORY_MB));
    }

    @Override
    public void close() {
        Executor started = executor;
        if (started != null) {
            started.close();
        }
    }

    private static ContainerConfig container(Settings settings) {
        long ttlMs = settings.get(ExecutorKeys.PREWARM_TTL).toMillis();
        return new ContainerConfig(
                settings.get(ExecutorKeys.PAUSE_AFTER),
                DockerSettings.USUAL
                        .withRuntime(settings.get(ExecutorKeys.RUNTIME))
                        .withMostTmpMb(settings.get(ExecutorKeys.TMP_MB))
                        .withMostProcesses(settings.get(ExecutorKeys.PROCESSES))
                        .withMemoryMbPerCpu(settings.get(ExecutorKeys.MEMORY_PER_CPU))
                        .withAllowNetwork(settings.get(ExecutorKeys.NETWORK)),
                new InstanceGrants(settings.get(ExecutorKeys.MOUNTS), settings.get(ExecutorKeys.PULL)),
                settings.get(ExecutorKeys.PREWARM).stream()
                        .map(rule -> new PrewarmRule(rule.runtime(), rule.memoryMb(), rule.min(), rule.max(), ttlMs))
                        .toList());
    }
}
