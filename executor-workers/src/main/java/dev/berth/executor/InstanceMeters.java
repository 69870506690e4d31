package dev.berth.executor;

import dev.berth.executor.pool.Census;
import dev.berth.executor.pool.Pool;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolLoad;
import dev.berth.executor.pool.StartPath;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.telemetry.ByFunction;
import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What an instance counts. The pool's thread counts; gauges are read by whoever asks. Hot: what is counted for each attempt allocates
 * nothing once it was counted before.
 */
final class InstanceMeters {
    private static final double MB = 1024.0 * 1024;
    private static final long CENSUS_EACH_MS = 500;

    private final Telemetry telemetry;
    private final String instanceId;
    private final Map<ResultStatus, Counter> attempts = new EnumMap<>(ResultStatus.class);
    private final Map<StartPath, Timer> starts = new EnumMap<>(StartPath.class);
    private final ByFunction<Map<StartPath, Counter>> byFunction;
    private volatile Census census = Census.NONE;
    private long censusMs;

    InstanceMeters(ExecutorConfig config, Supplier<PoolLoad> load, IntSupplier unwritten) {
        this.telemetry = config.telemetry();
        this.instanceId = config.instanceId();
        this.byFunction = telemetry.byFunction(this::countersOf);
        for (String state : Census.STATES) {
            telemetry.gauge(Metric.CONTAINERS, this, meters -> meters.census.of(state), instanceId, state);
        }
        gauge(Metric.RUNNING, load, PoolLoad::running);
        gauge(Metric.INSTANCE_QUEUED, load, PoolLoad::queued);
        gauge(Metric.MEMORY_USED, load, now -> now.usedMemoryMb() * MB);
        gauge(Metric.MEMORY_IDLE, load, now -> now.idleMemoryMb() * MB);
        telemetry.gauge(Metric.SLOTS, config, ExecutorConfig::slots, instanceId);
        telemetry.gauge(Metric.MEMORY, config, settings -> settings.memoryMb() * MB, instanceId);
        telemetry.gauge(Metric.RESULTS_BACKLOG, unwritten, IntSupplier::getAsInt, instanceId);
    }

    /** An attempt was given a container. Hot. */
    void began(Dispatch dispatch, PoolAction.Run run) {
        Invocation invocation = dispatch.getInvocation();
        StartPath path = run.path();
        byFunction
                .of(invocation.getTenant(), invocation.getFunction())
                .get(path)
                .increment();
        if (path == StartPath.COLD) {
            String reason =
                    dispatch.getReplaced() ? "replaced" : dispatch.getDecision().getReason();
            telemetry
                    .counter(Metric.COLD_STARTS, invocation.getTenant(), invocation.getFunction(), reason)
                    .increment();
        }
    }

    /** An attempt is over. Hot. */
    void ended(InFlight inFlight, Result result) {
        Counter counter = attempts.get(result.getStatus());
        if (counter == null) {
            counter = telemetry.counter(
                    Metric.ATTEMPTS, instanceId, result.getStatus().name().toLowerCase(Locale.ROOT));
            attempts.put(result.getStatus(), counter);
        }
        counter.increment();
        if (inFlight.initUs > 0 && inFlight.path != null) {
            starts.computeIfAbsent(
                            inFlight.path, path -> telemetry.timer(Metric.CONTAINER_START, instanceId, word(path)))
                    .record(inFlight.initUs, TimeUnit.MICROSECONDS);
        }
    }

    /** At each tick: counts the containers when it is time to, and somebody looks. */
    void tick(Pool pool, long nowMs) {
        if (telemetry.isOn() && (nowMs - censusMs >= CENSUS_EACH_MS || nowMs < censusMs)) {
            censusMs = nowMs;
            census = pool.census();
        }
    }

    private Map<StartPath, Counter> countersOf(String tenant, String function) {
        Map<StartPath, Counter> counters = new EnumMap<>(StartPath.class);
        for (StartPath path : StartPath.values()) {
            counters.put(path, telemetry.counter(Metric.STARTS, tenant, function, word(path)));
        }
        return counters;
    }

    private void gauge(Metric metric, Supplier<PoolLoad> load, ToDoubleFunction<PoolLoad> figure) {
        telemetry.gauge(metric, load, now -> figure.applyAsDouble(now.get()), instanceId);
    }

    private static String word(StartPath path) {
        return path.name().toLowerCase(Locale.ROOT);
    }
}
