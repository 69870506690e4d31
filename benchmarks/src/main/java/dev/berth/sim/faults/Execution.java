package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;

/** Code of a function that runs, or ran, for an attempt. Each is itself: identity, not value. */
final class Execution {
    final InFlight flight;
    final String containerId;
    final String incarnation;
    final long startedMs;

    Execution(InFlight flight, String containerId, String incarnation, long startedMs) {
        this.flight = flight;
        this.containerId = containerId;
        this.incarnation = incarnation;
        this.startedMs = startedMs;
    }

    String invocationId() {
        return flight.request().id();
    }

    @Override
    public String toString() {
        return invocationId() + "#" + flight.attempt() + " in " + containerId + " epoch "
                + flight.sent().epoch();
    }
}
