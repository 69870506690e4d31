package dev.berth.executor;

import dev.berth.executor.code.CodeStore;
import dev.berth.executor.code.CodeTopic;
import dev.berth.executor.code.Installation;
import dev.berth.executor.container.ContainerRuntime;
import dev.berth.executor.container.DockerRuntime;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.ProcessLimits;
import dev.berth.executor.container.ProcessRuntime;
import dev.berth.executor.logs.LogShipper;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.InstanceState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of Berth: announces itself, gets a dispatch slot from the fleet, runs what is dispatched to it in containers of
 * its own, and writes the results.
 *
 * <pre>{@code
 * Executor executor = Executor.start(new ExecutorConfig("i1", kafka, registry, topics, PROCESS, dataDir, 4, 2048));
 * executor.ready().get(10, SECONDS);
 * }</pre>
 *
 * Thread-safe. The topics must exist.
 */
public final class Executor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Executor.class);
    private static final Duration REMOVAL_PATIENCE = Duration.ofSeconds(15);

    private final ExecutorConfig config;
    private final Membership membership;
    private final StatusReporter status;
    private final ResultWriter writer;
    private final PoolLoop pool;
    private final CodeTopic codeTopic;
    private final LogShipper logs;
    private final ContainerHost host;
    private final DispatchReader dispatches;
    private final ControlReader control;
    private final CompletableFuture<Void> functionsKnown = new CompletableFuture<>();
    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = functionsKnown.thenCombine(reading, (a, b) -> null);
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean working;

    private Executor(ExecutorConfig config, ContainerRuntime runtime) {
        this.config = config;
        String incarnation = UUID.randomUUID().toString();
        this.membership = new Membership(config.instanceId(), incarnation);
        this.writer = new ResultWriter(config);
        this.status = new StatusReporter(config, incarnation, runtime.name(), writer);
        String containerIdPrefix = config.instanceId() + "-" + incarnation.substring(0, 6) + "-";
        this.pool = new PoolLoop(config, containerIdPrefix, runtime.canPause(), writer, status, this::fail);
        this.codeTopic =
                new CodeTopic(config.kafka(), config.topics(), config.registry(), "berth-code-" + config.instanceId());
        CodeStore packages = new CodeStore(config.dataDir().resolve("code"), codeTopic);
        Installation code = new Installation(config.dataDir().resolve("layers"), packages);
        this.logs =
                new LogShipper(config.instanceId(), config.kafka(), config.topics(), config.registry(), config.logs());
        this.host = new ContainerHost(config.instanceId(), runtime, code, logs, pool::post, pool::exited);
        this.pool.start(host);
        if (!config.prewarm().isEmpty()) {
            // What a start from prewarmed containers has to wait for is the code.
            Thread preparing = new Thread(codeTopic::prepare, "berth-" + config.instanceId() + "-code");
            preparing.setDaemon(true);
            preparing.start();
        }
        this.dispatches = new DispatchReader(config, pool, this::reads);
        this.control = new ControlReader(config, pool, this::assigned, () -> functionsKnown.complete(null));
    }

    /**
     * Starts an instance. What a killed run of it left on this machine is removed first.
     *
     * @throws DockerRuntime.EngineException if Docker is asked for and no engine answers, or it refuses
     */
    public static Executor start(ExecutorConfig config) {
        ContainerRuntime runtime = switch (config.containers()) {
            case PROCESS -> new ProcessRuntime(config.dataDir(), pathOfThisProcess(), limits(config.docker()));
            case DOCKER -> new DockerRuntime(config.instanceId(), config.dataDir(), config.docker(), config.grants());
        };
        try {
            return new Executor(config, runtime);
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /** Completes when the instance has its slot, reads it, and knows what is deployed. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /**
     * Completes when the instance has stopped: normally by {@link #close}, exceptionally if it cannot go on, because its name
     * was taken by another process or it broke. The containers are gone then.
     */
    public CompletableFuture<Void> terminated() {
        return terminated;
    }

    /** What keeps it from working now, in words; empty if nothing does. */
    public List<String> problems() {
        if (closed.get()) {
            return List.of("the instance stops");
        }
        if (!functionsKnown.isDone()) {
            return List.of("the functions topic is being read");
        }
        return working ? List.of() : List.of("the fleet has given it no dispatch slot: does a router run?");
    }

    /**
     * What this instance's containers can do on this machine that they should not, as a sentence for the operator without its
     * full stop; empty if nothing is known.
     */
    public Optional<String> weakness() {
        return host.weakness();
    }

    /** Hands back what waits, lets run what runs for a short while, removes all containers, and says that it has stopped. */
    @Override
    public void close() {
        stop(null);
        try {
            terminated.get(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.debug("The instance had ended with an error", e);
        }
    }

    /** What a container holds beside what it started with, as the pool was last told; 0 if it is not known. For tests. */
    long stateBytes(String containerId) {
        return host.find(containerId).map(live -> live.stateBytes).orElse(0L);
    }

    /** On the control reader's thread. */
    private void assigned(Assignment assignment) {
        switch (membership.on(assignment)) {
            case NOTHING -> {
                return;
            }
            case WORK -> {
                log.info(
                        "Working instance={} slot={} epoch={}",
                        config.instanceId(),
                        assignment.getSlot(),
                        assignment.getEpoch());
                working = true;
                pool.execute(() -> status.workUnder(assignment.getEpoch()));
                dispatches.read(assignment);
                if (assignment.getState() == AssignmentState.DRAINING) {
                    drain();
                }
            }
            case DRAIN -> drain();
            case REJOIN -> {
                log.warn(
                        "The fleet missed this instance and has placed its queue elsewhere; announcing anew instance={} "
                                + "epoch={}",
                        config.instanceId(),
                        assignment.getEpoch());
                working = false;
                dispatches.read(null);
                pool.fence();
                pool.execute(() -> status.workUnder(0));
            }
            case USURPED ->
                fail(new IllegalStateException("Another process works as instance " + config.instanceId()
                        + " (epoch " + assignment.getEpoch()
                        + "). This one has stopped. Give each instance an id of its own."));
        }
    }

    private void drain() {
        pool.drain();
        pool.execute(() -> status.become(InstanceState.DRAINING));
    }

    /** On the dispatch reader's thread. */
    private void reads() {
        pool.execute(() -> {
            if (status.state() == InstanceState.STARTING) {
                status.become(InstanceState.RUNNING);
            }
        });
        reading.complete(null);
    }

    private void fail(Throwable cause) {
        log.error("Instance stops instance={} cause={}", config.instanceId(), cause.getMessage());
        reading.completeExceptionally(cause);
        // Not on the thread that found out: it is one of those that stop waits for.
        Thread stopper = new Thread(() -> stop(cause), "berth-" + config.instanceId() + "-stop");
        stopper.start();
    }

    private void stop(Throwable cause) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (cause == null) {
                drain();
                // Dispatches are read on meanwhile, and handed back at once: routers hear late that this one drains.
                await(() -> pool.load().running() == 0, config.drainTimeout());
            }
            control.close();
            dispatches.close();
            pool.post(new PoolEvent.Stop());
            await(() -> pool.load().containers() == 0, REMOVAL_PATIENCE);
            host.close();
            codeTopic.close();
            logs.close();
            if (cause == null) {
                // One who took our name would be declared dead by this.
                pool.execute(() -> status.become(InstanceState.STOPPED));
                pool.execute(pool::sayNow);
            }
            pool.stop();
            writer.close();
        } finally {
            if (cause == null) {
                terminated.complete(null);
            } else {
                terminated.completeExceptionally(cause);
            }
        }
    }

    private void await(BooleanSupplier condition, Duration atMost) {
        long ends = System.nanoTime() + atMost.toNanos();
        CompletableFuture<Void> turn = new CompletableFuture<>();
        pool.execute(() -> turn.complete(null));
        try {
            turn.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            while (!condition.getAsBoolean() && System.nanoTime() < ends) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.warn("The pool of instance={} does not answer", config.instanceId(), e);
        }
    }

    private static ProcessLimits limits(DockerSettings docker) {
        return new ProcessLimits(docker.mostTmpMb(), docker.mostProcesses());
    }

    private static String pathOfThisProcess() {
        String path = System.getenv("PATH");
        return path == null ? "" : path;
    }
}
