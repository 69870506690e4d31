package dev.berth.sim.faults;

import dev.berth.executor.pool.ContainerKind;
import dev.berth.executor.pool.Ending;
import dev.berth.executor.pool.Forecast;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Job;
import dev.berth.executor.pool.Order;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolLoad;
import dev.berth.executor.pool.Reuse;
import dev.berth.executor.pool.WarmSet;
import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.affinity.WarmSets;
import dev.berth.router.fleet.FleetCore;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.retention.ReuseCurve;
import java.util.HashMap;
import java.util.Map;

/** What the shells make of records before a core sees them; all that knows the cores' constructors is here. */
final class Shapes {
    private static final long MOST_AGE_MS = 6 * 3_600_000L;

    private Shapes() {}

    /** Where an invocation belongs (Partitions). */
    static int partition(FunctionDef function, String value, int partitions) {
        String name = function.tenant() + "/" + function.name();
        return RoutingKey.partitionOf(value == null || function.isLimited() ? name : name + "/" + value, partitions);
    }

    static FunctionView view(FunctionDef function) {
        return FunctionView.latestOnly(
                function.tenant(),
                function.name(),
                new FunctionView.Version(
                        FunctionView.LATEST,
                        function.revision(),
                        function.memoryMb(),
                        function.exclusive(),
                        function.concurrency()),
                new FunctionView.Rules(
                        function.limit(),
                        function.ordered(),
                        function.keepOldUntilReady(),
                        function.maxRetries(),
                        function.retryBackoffMs(),
                        MOST_AGE_MS));
    }

    /** An instance takes work when the fleet says that it lives and it says that it works under that very epoch. */
    static InstanceView view(String id, FleetCore.Member member, StatusRecord status) {
        if (member == null || status == null) {
            return new InstanceView(id, 0, 0, InstanceView.State.GONE, 1, 0, null, Map.of());
        }
        boolean works = member.state() == FleetCore.State.LIVE && status.epoch() == member.epoch();
        InstanceView.State state = InstanceView.State.GONE;
        if (works && status.state() == StatusRecord.State.RUNNING) {
            state = InstanceView.State.LIVE;
        } else if (works && status.state() == StatusRecord.State.DRAINING) {
            state = InstanceView.State.DRAINING;
        }
        Map<String, WarmSets.Count> warm = new HashMap<>();
        for (WarmSet set : status.warm()) {
            FunctionKey function = set.function();
            warm.put(
                    InstanceView.warmKey(function.tenant(), function.function(), function.revision()),
                    new WarmSets.Count(set.idle(), set.idle() + set.busy() + set.underway()));
        }
        return new InstanceView(
                id,
                member.epoch(),
                member.slot(),
                state,
                status.slots(),
                status.memoryMb(),
                load(status.load(), status.sentMs()),
                warm);
    }

    static FunctionKey function(InFlight flight) {
        return new FunctionKey(
                flight.request().tenant(),
                flight.request().function(),
                flight.sent().version().revision());
    }

    /** How a dispatch looks to the pool (JobForm). */
    static Job job(DispatchRecord dispatch, FunctionDef function, KnownFunctions functions) {
        InFlight.Sent sent = dispatch.flight().sent();
        RouterAction.Order order = dispatch.order();
        FunctionView.Version successor = order.successor();
        FunctionKey key = function(dispatch.flight());
        return new Job(
                dispatch.attempt(),
                kind(key, function),
                dispatch.flight().request().routingValue(),
                new Order(
                        sent.containerId(),
                        sent.strict(),
                        sent.joins(),
                        order.spilled(),
                        dispatch.flight().replaced(),
                        order.waitUntilMs()),
                new Forecast(order.curve() == null ? ReuseCurve.unknown() : order.curve(), order.primary(), 0),
                successor == null
                        ? null
                        : functions
                                .find(new FunctionKey(key.tenant(), key.function(), successor.revision()))
                                .map(next ->
                                        kind(new FunctionKey(key.tenant(), key.function(), successor.revision()), next))
                                .orElse(null),
                dispatch.flight().request().deadlineMs(),
                function.timeoutMs(),
                dispatch.flight().request().payloadBytes());
    }

    private static ContainerKind kind(FunctionKey key, FunctionDef function) {
        return new ContainerKind(key, function.memoryMb(), function.exclusive(), Plan.RUNTIME, function.concurrency());
    }

    /**
     * A result as the router reads it.
     *
     * @param failed whether the function answered with an error, if it answered
     */
    static RouterEvent.ResultArrived result(
            DispatchRecord dispatch, PoolAction.Finish finish, boolean failed, PoolLoad load, long nowMs) {
        RouterEvent.Ending ending;
        String errorType = null;
        if (finish.ending() instanceof Ending.Reported) {
            ending = failed ? RouterEvent.Ending.FAILED : RouterEvent.Ending.SUCCEEDED;
            errorType = failed ? "FunctionError" : null;
        } else if (finish.ending() instanceof Ending.TimedOut timedOut) {
            ending = RouterEvent.Ending.TIMED_OUT;
            errorType = timedOut.errorType();
        } else if (finish.ending() instanceof Ending.ContainerExited exited) {
            ending = RouterEvent.Ending.FAILED;
            errorType = exited.errorType();
        } else if (finish.ending() instanceof Ending.InitFailed initFailed) {
            ending = RouterEvent.Ending.FAILED;
            errorType = initFailed.errorType();
        } else if (finish.ending() instanceof Ending.Cancelled) {
            ending = RouterEvent.Ending.CANCELLED;
        } else {
            ending = RouterEvent.Ending.BOUNCED;
            errorType = finish.ending() instanceof Ending.Bounced bounced ? errorType(bounced.why()) : null;
        }
        return result(
                dispatch.flight(),
                finish.containerId(),
                ending,
                errorType,
                finish.reuse() == Reuse.REPLACED,
                finish.firstOfKey(),
                load,
                nowMs);
    }

    /** It was to be ended, and is not here. */
    static RouterEvent.ResultArrived notHere(DispatchRecord dispatch, PoolLoad load, long nowMs) {
        return result(dispatch.flight(), null, RouterEvent.Ending.CANCELLED, null, false, false, load, nowMs);
    }

    /** The executor does not run it: it does not know the revision, or has run it before. */
    static RouterEvent.ResultArrived bounced(DispatchRecord dispatch, PoolLoad load, long nowMs) {
        return result(dispatch.flight(), null, RouterEvent.Ending.BOUNCED, "Bounced", false, false, load, nowMs);
    }

    private static RouterEvent.ResultArrived result(
            InFlight flight,
            String containerId,
            RouterEvent.Ending ending,
            String errorType,
            boolean replacing,
            boolean firstOfKey,
            PoolLoad load,
            long nowMs) {
        return new RouterEvent.ResultArrived(
                flight.request().id(),
                flight.attempt(),
                flight.sent().instanceId(),
                flight.sent().epoch(),
                containerId,
                ending,
                errorType,
                null,
                replacing,
                firstOfKey,
                ending == RouterEvent.Ending.BOUNCED ? -1 : 50,
                0,
                load(load, nowMs),
                nowMs * 1_000);
    }

    private static String errorType(Ending.Why why) {
        return switch (why) {
            case UNABLE -> "Bounced";
            case BUSY -> RouterEvent.ResultArrived.BUSY;
            case GONE -> RouterEvent.ResultArrived.GONE;
        };
    }

    private static InstanceView.Load load(PoolLoad load, long saidMs) {
        return new InstanceView.Load(load.running() + load.queued(), load.usedMemoryMb(), load.idleMemoryMb(), saidMs);
    }
}
