package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterEvent;

/** How things read in the story of a run. */
final class Words {
    private Words() {}

    static String of(InFlight flight) {
        String what = flight.request().id() + "#" + flight.attempt() + " of "
                + flight.request().function() + "/" + flight.request().routingValue();
        return flight.isDispatched()
                ? what + " at " + flight.sent().instanceId() + " epoch "
                        + flight.sent().epoch() + " container " + flight.sent().containerId()
                : what + " not before " + flight.notBeforeMs();
    }

    static String of(RouterEvent.ResultArrived result) {
        return result.invocationId() + "#" + result.attempt() + " " + result.ending() + " at " + result.instanceId()
                + " epoch " + result.epoch() + " container " + result.containerId()
                + (result.errorType() == null ? "" : " (" + result.errorType() + ")");
    }

    static String of(RouterEvent event) {
        if (event instanceof RouterEvent.ResultArrived result) {
            return "result " + of(result);
        } else if (event instanceof RouterEvent.InvocationArrived arrived) {
            return "invocation " + arrived.request().id() + " of "
                    + arrived.request().function() + "/" + arrived.request().routingValue();
        } else if (event instanceof RouterEvent.InstanceChanged changed) {
            var instance = changed.instance();
            return "instance " + instance.id() + " epoch " + instance.epoch() + " " + instance.state() + " load "
                    + (instance.load() == null ? "unknown" : instance.load().inFlight());
        }
        return event.toString();
    }
}
