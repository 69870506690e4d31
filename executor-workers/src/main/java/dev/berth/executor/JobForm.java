package dev.berth.executor;

import dev.berth.executor.pool.ContainerKind;
import dev.berth.executor.pool.Forecast;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Job;
import dev.berth.executor.pool.Order;
import dev.berth.schemas.ContainerConcurrency;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.ReuseForecast;
import dev.berth.schemas.retention.ReuseCurve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a dispatch looks to the pool. */
final class JobForm {
    private static final Logger log = LoggerFactory.getLogger(JobForm.class);

    private JobForm() {}

    /**
     * @param version of the function that is to run
     * @param functions knows the successor, if there is one; one that it does not know yet is made ready by a later dispatch
     */
    static Job of(InFlight inFlight, FunctionVersion version, Functions functions) {
        Dispatch dispatch = inFlight.dispatch;
        Invocation invocation = dispatch.getInvocation();
        FunctionKey function = inFlight.function();
        return new Job(
                inFlight.id,
                kind(function, version),
                invocation.getRoutingValue(),
                new Order(
                        dispatch.getContainerId(),
                        dispatch.getStrict(),
                        dispatch.getFresh(),
                        dispatch.getSpilled(),
                        dispatch.getReplaced(),
                        dispatch.getWaitUntilMs()),
                new Forecast(curve(dispatch), dispatch.getPrimary(), rebuildMs(dispatch)),
                successor(function, dispatch, functions),
                invocation.getDeadlineMs() == null ? 0 : invocation.getDeadlineMs(),
                version.getTimeoutMs(),
                invocation.getPayload().remaining());
    }

    private static ContainerKind kind(FunctionKey function, FunctionVersion version) {
        return new ContainerKind(
                function,
                version.getMemoryMb(),
                version.getExclusive(),
                Prewarmable.runtime(version),
                ContainerConcurrency.of(version));
    }

    private static ContainerKind successor(FunctionKey function, Dispatch dispatch, Functions functions) {
        if (dispatch.getSuccessor() == null) {
            return null;
        }
        FunctionKey next = new FunctionKey(
                function.tenant(), function.function(), dispatch.getSuccessor().getRevision());
        return functions.find(next).map(version -> kind(next, version)).orElse(null);
    }

    /** As the router has learned it; 0 if it has not. */
    private static double rebuildMs(Dispatch dispatch) {
        DecisionKey key = dispatch.getDecision().getKey();
        return key != null && Double.isFinite(key.getRebuildMs()) ? Math.max(0, key.getRebuildMs()) : 0;
    }

    private static ReuseCurve curve(Dispatch dispatch) {
        ReuseForecast forecast = dispatch.getCurve();
        if (forecast == null) {
            return ReuseCurve.unknown();
        }
        byte[] encoded = new byte[forecast.getDensity().remaining()];
        forecast.getDensity().duplicate().get(encoded);
        try {
            return ReuseCurve.decode(forecast.getScaleMs(), encoded);
        } catch (IllegalArgumentException e) {
            // It decides what is evicted, not what runs: no reason to refuse the invocation.
            log.debug(
                    "Curve of a dispatch ignored invocation={} cause={}",
                    dispatch.getInvocation().getId(),
                    e.getMessage());
            return ReuseCurve.unknown();
        }
    }
}
