package dev.berth.executor;

import dev.berth.executor.code.CodeException;
import dev.berth.executor.code.Installation;
import dev.berth.executor.container.CodeOrder;
import dev.berth.executor.container.ContainerEnd;
import dev.berth.executor.container.ContainerRuntime;
import dev.berth.executor.container.ContainerRuntime.RunningContainer;
import dev.berth.executor.container.ContainerSpec;
import dev.berth.executor.container.ContainerStartException;
import dev.berth.executor.logs.LogShipper;
import dev.berth.executor.logs.LogSource;
import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.executor.runtimeapi.ContainerListener;
import dev.berth.executor.runtimeapi.ErrorObject;
import dev.berth.executor.runtimeapi.RuntimeApi;
import dev.berth.executor.runtimeapi.RuntimeReports;
import dev.berth.schemas.ContainerConcurrency;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Micros;
import dev.berth.schemas.ResultStatus;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of an instance as things: starts and removes them on threads of its own, hands invocations to them, and
 * tells the pool what becomes of them. Called by the pool's thread; reports come on event loops and threads of the runtime.
 */
final class ContainerHost implements RuntimeReports, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContainerHost.class);
    // Starting is mostly the new container's own work; more at a time would only slow each other down.
    private static final int STARTS_AT_A_TIME = 4;

    private final String instanceId;
    private final ContainerRuntime runtime;
    private final Installation code;
    private final LogShipper logs;
    private final Consumer<PoolEvent> pool;
    private final BiConsumer<String, ContainerEnd> exits;
    private final RuntimeApi api;
    private final ExecutorService starters;
    private final ExecutorService removers;
    private final StateGauge gauge;
    private final ExecutorService specialisers;
    private final Map<String, LiveContainer> containers = new ConcurrentHashMap<>();

    /**
     * @param pool takes events, from any thread, without blocking
     * @param exits takes the ends of containers, with how they came, likewise
     */
    ContainerHost(
            String instanceId,
            ContainerRuntime runtime,
            Installation code,
            LogShipper logs,
            Consumer<PoolEvent> pool,
            BiConsumer<String, ContainerEnd> exits) {
        this.instanceId = instanceId;
        this.exits = exits;
        this.runtime = runtime;
        this.code = code;
        this.logs = logs;
        this.pool = pool;
        this.gauge = new StateGauge(instanceId, pool);
        this.api = new RuntimeApi(runtime.apiHost(), this);
        this.starters = Executors.newFixedThreadPool(STARTS_AT_A_TIME, named("berth-" + instanceId + "-start-"));
        // Not behind the starts: what is meant to be faster than they are, and a timeout, must not wait until
        // somebody's
        // code has been fetched.
        this.specialisers = Executors.newCachedThreadPool(named("berth-" + instanceId + "-specialise-"));
        this.removers = Executors.newCachedThreadPool(named("berth-" + instanceId + "-remove-"));
    }

    void start(String containerId, FunctionKey function, FunctionVersion version) {
        LiveContainer live = new LiveContainer(containerId, function, version, Micros.now());
        containers.put(containerId, live);
        starters.execute(() -> start(live, api -> spec(live, version, api)));
    }

    /** A container without code. */
    void prewarm(String containerId, String containerRuntime, int memoryMb) {
        LiveContainer live = new LiveContainer(containerId, null, null, Micros.now());
        containers.put(containerId, live);
        starters.execute(
                () -> start(live, api -> ContainerSpec.withoutCode(containerId, containerRuntime, memoryMb, api)));
    }

    /**
     * Gives such a container a function.
     *
     * @param version empty if the function was deleted since the invocation came
     */
    void specialise(String containerId, FunctionKey function, Optional<FunctionVersion> version) {
        LiveContainer live = containers.get(containerId);
        live.function = function;
        live.version = version.orElse(null);
        live.createdUs = Micros.now();
        if (version.isPresent()) {
            specialisers.execute(() -> specialise(live, version.get()));
        } else {
            pool.accept(deleted(containerId));
        }
    }

    /** See {@link ContainerRuntime#weakness}. */
    Optional<String> weakness() {
        return runtime.weakness();
    }

    /** A container of a function that was deleted since the invocation came: it cannot start. */
    void startOfUnknown(String containerId, FunctionKey function) {
        LiveContainer live = new LiveContainer(containerId, function, null, Micros.now());
        containers.put(containerId, live);
        PoolEvent.StartFailed why = deleted(containerId);
        startFailed(live, why.errorType(), why.message());
    }

    private static PoolEvent.StartFailed deleted(String containerId) {
        return new PoolEvent.StartFailed(
                containerId, "ResourceNotFoundException", "The function was deleted before the invocation could run.");
    }

    /** Whether a container is a function's. */
    boolean hasCode(String containerId) {
        LiveContainer live = containers.get(containerId);
        return live != null && live.function != null;
    }

    Optional<LiveContainer> find(String containerId) {
        return Optional.ofNullable(containers.get(containerId));
    }

    /** Hot. */
    void run(String containerId, InFlight inFlight, boolean waited) {
        LiveContainer live = containers.get(containerId);
        inFlight.startedUs = 0;
        inFlight.givenUs = Micros.now();
        inFlight.initUs = waited ? live.readyUs - live.createdUs : 0;
        inFlight.createUs = waited ? Math.min(live.launchedUs, live.readyUs) - live.createdUs : 0;
        live.given.removeIf(given -> given.answer != null);
        live.given.add(inFlight);
        if (live.awake.isDone() && !live.awake.isCompletedExceptionally()) {
            handOver(live, inFlight);
        } else {
            live.awake.thenRun(() -> handOver(live, inFlight));
        }
    }

    private static void handOver(LiveContainer live, InFlight inFlight) {
        live.begin(inFlight.id);
        live.listener.handOver(HandoverForm.of(inFlight, live.version, System.currentTimeMillis()));
    }

    void pause(String containerId) {
        LiveContainer live = containers.get(containerId);
        RunningContainer container = running(live);
        live.awake = live.awake.thenRunAsync(container::pause, removers);
    }

    /** What is run there from now on waits until it has happened. */
    void unpause(String containerId) {
        LiveContainer live = containers.get(containerId);
        RunningContainer container = running(live);
        live.awake = live.awake.thenRunAsync(container::unpause, removers).whenComplete((done, e) -> {
            if (e != null) {
                log.error("Container cannot be unpaused and is removed container={}", live.id, e);
                container.kill();
            }
        });
    }

    private static RunningContainer running(LiveContainer live) {
        synchronized (live) {
            return live.container;
        }
    }

    void remove(String containerId) {
        LiveContainer live = containers.get(containerId);
        RunningContainer container;
        synchronized (live) {
            live.removing = true;
            if (live.startFailed) {
                gone(live, ContainerEnd.exit("never started"));
                return;
            }
            container = live.container;
        }
        // If it is still being started, that ends with its removal.
        if (container != null) {
            removers.execute(container::kill);
        }
    }

    /** Those of the invocations that a container was given that have not got into it. */
    Set<AttemptId> notTaken(String containerId) {
        LiveContainer live = containers.get(containerId);
        return live == null
                ? Set.of()
                : live.given.stream()
                        .filter(given -> given.startedUs == 0)
                        .map(given -> given.id)
                        .collect(Collectors.toSet());
    }

    /** The pool has heard of its end. */
    void forget(String containerId) {
        containers.remove(containerId);
    }

    /** An attempt has ended: the end of what its container printed since the last one did; null for nothing. */
    String logTail(String containerId, AttemptId ended) {
        LiveContainer live = containerId == null ? null : containers.get(containerId);
        if (live == null) {
            return null;
        }
        synchronized (live) {
            return live.container == null ? null : live.container.log().end(ended);
        }
    }

    @Override
    public void ready(String containerId) {
        LiveContainer live = containers.get(containerId);
        if (live != null) {
            live.readyUs = Micros.now();
            synchronized (live) {
                // Else its start has not returned yet, and its first words go with its first invocation.
                if (live.container != null) {
                    live.container.log().started();
                }
            }
            gauge.ready(live);
            pool.accept(new PoolEvent.ContainerReady(containerId));
        }
    }

    @Override
    public void initFailed(String containerId, String errorType, String message) {
        pool.accept(new PoolEvent.StartFailed(containerId, errorType, message));
    }

    @Override
    public void handedOver(String containerId, Object ticket) {
        ((InFlight) ticket).startedUs = Micros.now();
    }

    @Override
    public void returned(String containerId, Object ticket, byte[] payload) {
        answered(containerId, (InFlight) ticket, ResultStatus.SUCCEEDED, null, null, payload);
    }

    @Override
    public void failed(String containerId, Object ticket, String errorType, String message, byte[] payload) {
        String named = message;
        byte[] body = payload;
        Optional<String> limit = limitBehind(containerId, message);
        if (limit.isPresent()) {
            named = message + " (" + limit.get() + ")";
            body = ErrorObject.withMessage(payload, named);
        }
        answered(containerId, (InFlight) ticket, ResultStatus.FUNCTION_ERROR, errorType, named, body);
    }

    @Override
    public void close() {
        gauge.close();
        starters.shutdownNow();
        specialisers.shutdownNow();
        runtime.close();
        removers.shutdown();
        api.close();
    }

    private Optional<String> limitBehind(String containerId, String message) {
        LiveContainer live = containers.get(containerId);
        if (live == null) {
            return Optional.empty();
        }
        synchronized (live) {
            return live.container == null ? Optional.empty() : live.container.limitBehind(message);
        }
    }

    private void answered(
            String containerId,
            InFlight inFlight,
            ResultStatus status,
            String errorType,
            String message,
            byte[] payload) {
        long nowUs = Micros.now();
        inFlight.answer = new InFlight.Answer(
                status, errorType, message, ByteBuffer.wrap(payload), logTail(containerId, inFlight.id), nowUs);
        pool.accept(new PoolEvent.InvocationEnded(containerId, inFlight.id));
        LiveContainer live = containers.get(containerId);
        if (live != null) {
            gauge.executed(live);
        }
    }

    /** What a container is made of, once the address of its Runtime API is known. */
    private interface Blueprint {
        ContainerSpec at(String apiAddress) throws CodeException;
    }

    private ContainerSpec spec(LiveContainer live, FunctionVersion version, String apiAddress) throws CodeException {
        Installation.Installed installed = code.install(version);
        return new ContainerSpec(
                live.id,
                live.function.tenant(),
                live.function.function(),
                version.getVersion(),
                version.getRuntime(),
                version.getHandler(),
                version.getMemoryMb(),
                version.getEnvironment(),
                version.getNetwork(),
                installed.code(),
                apiAddress,
                new ContainerSpec.Extras(version.getImage(), installed.layers(), version.getMounts()));
    }

    private void specialise(LiveContainer live, FunctionVersion version) {
        ContainerListener listener = live.listener;
        try {
            RunningContainer container = running(live);
            CodeOrder order = container.specialise(spec(live, version, listener.address()));
            follow(live, version, container);
            listener.specialise(order.bytes(), () -> launched(live));
        } catch (CodeException e) {
            notSpecialised(live, "Runtime.CodeUnavailable", e.getMessage());
        } catch (ContainerStartException e) {
            notSpecialised(live, e.errorType(), e.getMessage());
        } catch (RuntimeException e) {
            log.error("Container could not be specialised container={} function={}", live.id, live.function, e);
            notSpecialised(live, "Runtime.StartFailed", "The container could not be given its code: " + e.getMessage());
        }
    }

    private void follow(LiveContainer live, FunctionVersion version, RunningContainer container) {
        FunctionKey function = live.function;
        LogSource source = new LogSource(
                function.tenant(), function.function(), version.getVersion(), function.revision(), instanceId, live.id);
        synchronized (live) {
            if (!live.ended) {
                live.followed = true;
                logs.follow(source, container.log());
            }
        }
    }

    private void notSpecialised(LiveContainer live, String errorType, String message) {
        sayNotStarted(live, errorType, message);
        pool.accept(new PoolEvent.StartFailed(live.id, errorType, message));
    }

    private void launched(LiveContainer live) {
        live.launchedUs = Micros.now();
        pool.accept(new PoolEvent.ContainerLaunched(live.id));
    }

    private void start(LiveContainer live, Blueprint blueprint) {
        try {
            if (live.version != null) {
                requireConcurrency(live.version);
            }
            ContainerListener listener =
                    api.open(live.id, live.version == null ? 1 : ContainerConcurrency.of(live.version));
            synchronized (live) {
                live.listener = listener;
            }
            ContainerSpec spec = blueprint.at(listener.address());
            if (live.version == null) {
                listener.awaitCode();
            }
            RunningContainer container = runtime.start(spec, (id, end) -> gone(live, end));
            if (live.version != null) {
                follow(live, live.version, container);
            }
            boolean unwanted;
            ContainerEnd early;
            synchronized (live) {
                live.container = container;
                unwanted = live.removing;
                early = live.early;
            }
            listener.expect(container.remoteAddress());
            launched(live);
            if (early != null) {
                gone(live, early);
            } else if (unwanted) {
                container.kill();
            }
        } catch (CodeException e) {
            startFailed(live, "Runtime.CodeUnavailable", e.getMessage());
        } catch (ContainerStartException e) {
            startFailed(live, e.errorType(), e.getMessage());
        } catch (RuntimeException e) {
            log.error("Container could not be started container={} function={}", live.id, live.function, e);
            startFailed(live, "Runtime.StartFailed", "The container could not be started: " + e.getMessage());
        }
    }

    private static void requireConcurrency(FunctionVersion version) throws ContainerStartException {
        String said = version.getEnvironment().get(ContainerConcurrency.VARIABLE);
        if (said != null && !ContainerConcurrency.isValid(said)) {
            throw new ContainerStartException(
                    "Runtime.InvalidConfiguration",
                    "The function's environment variable " + ContainerConcurrency.VARIABLE + " is '" + said
                            + "'; it must be a number from 1 to " + ContainerConcurrency.MOST + ".");
        }
    }

    private void startFailed(LiveContainer live, String errorType, String message) {
        boolean removing;
        synchronized (live) {
            live.startFailed = true;
            removing = live.removing;
        }
        if (removing) {
            gone(live, ContainerEnd.exit("never started"));
        } else {
            sayNotStarted(live, errorType, message);
            pool.accept(new PoolEvent.StartFailed(live.id, errorType, message));
        }
    }

    private static void sayNotStarted(LiveContainer live, String errorType, String message) {
        FunctionKey function = live.function;
        log.warn(
                "Container did not start container={} tenant={} function={} error={} message={}",
                live.id,
                function == null ? "-" : function.tenant(),
                function == null ? "(prewarmed)" : function.function(),
                errorType,
                message);
    }

    private void gone(LiveContainer live, ContainerEnd end) {
        ContainerListener listener;
        synchronized (live) {
            if (live.container == null && !live.startFailed) {
                // Its start has not returned yet. Until then nobody could read what it printed.
                live.early = end;
                return;
            }
            listener = live.listener;
            live.ended = true;
            if (live.container != null && !live.followed) {
                live.container.log().close();
            }
        }
        if (listener != null) {
            listener.shut();
        }
        exits.accept(live.id, end);
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
