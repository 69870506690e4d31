package dev.berth.router.streams;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterCore;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.telemetry.ByFunction;
import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import dev.berth.telemetry.trace.Traces;
import io.micrometer.core.instrument.Counter;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToIntFunction;

/**
 * What a router process counts: the shell counts from the core's actions and events, so that the core need not know. After a crash what
 * is done again is counted again.
 *
 * <p>Thread-safe; shared by all tasks of the process.
 */
public final class RouterMeters {
    /** What a task has now, as it last said. */
    private record Figures(int inFlight, int waiting, int pins) {}

    private final Telemetry telemetry;
    private final ByFunction<FunctionMeters> functions;
    private final FunctionMeters unknown;
    private final ConcurrentMap<String, Counter> decisions = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Figures> tasks = new ConcurrentHashMap<>();

    public RouterMeters(Telemetry telemetry) {
        this.telemetry = telemetry;
        this.functions = telemetry.byFunction((tenant, function) -> new FunctionMeters(telemetry, tenant, function));
        this.unknown = new FunctionMeters(telemetry, ByFunction.OTHER, ByFunction.OTHER);
        gauge(Metric.IN_FLIGHT, Figures::inFlight);
        gauge(Metric.QUEUED, Figures::waiting);
        gauge(Metric.PINS, Figures::pins);
        telemetry.gauge(Metric.ROUTER_TASKS, tasks, ConcurrentMap::size);
    }

    /** What tells of invocations one by one. */
    Traces traces() {
        return telemetry.traces();
    }

    /** A task says what it has. On its thread, at each tick. */
    void task(int partition, RouterCore core) {
        tasks.put(partition, new Figures(core.inFlight(), core.waiting(), core.pins()));
    }

    /** A task is another process's now. */
    void taskClosed(int partition) {
        tasks.remove(partition);
    }

    /** An attempt is sent. Hot. */
    void dispatched(InFlight flight, String reason, boolean known) {
        Counter counter = decisions.get(reason);
        if (counter == null) {
            counter = telemetry.counter(Metric.DECISIONS, reason);
            decisions.put(reason, counter);
        }
        counter.increment();
        if (!flight.past().isEmpty()) {
            InFlight.PastAttempt before = flight.past().get(flight.past().size() - 1);
            of(flight.request().tenant(), flight.request().function(), known)
                    .retried(FunctionMeters.word(before.ending()));
        }
    }

    /** A result has come. Hot. */
    void attemptEnded(Result result, boolean known, long nowUs) {
        of(result.getTenant(), result.getFunction(), known).attemptEnded(result, nowUs);
        if (result.getStatus() == ResultStatus.BOUNCED) {
            String reason = result.getErrorType() == null ? "bounced" : result.getErrorType();
            telemetry.counter(Metric.BOUNCES, reason.toLowerCase(Locale.ROOT)).increment();
        }
    }

    /** An invocation is over. Hot. */
    void ended(Outcome outcome, boolean known) {
        Result last = outcome.getResult();
        of(last.getTenant(), last.getFunction(), known).ended(outcome.getStatus(), last);
    }

    /** The router refuses an invocation. */
    void rejected(InFlight flight, String errorType, boolean known) {
        of(flight.request().tenant(), flight.request().function(), known).rejected(errorType);
    }

    /** Something is buried. */
    void deadLetter(String cause) {
        telemetry.counter(Metric.DEAD_LETTERS, cause).increment();
    }

    /** Names of functions that nobody deployed are callers' whims, and no reason to keep a time series. */
    private FunctionMeters of(String tenant, String function, boolean known) {
        return known ? functions.of(tenant, function) : unknown;
    }

    private void gauge(Metric metric, ToIntFunction<Figures> figure) {
        telemetry.gauge(
                metric, tasks, all -> all.values().stream().mapToInt(figure).sum());
    }
}
