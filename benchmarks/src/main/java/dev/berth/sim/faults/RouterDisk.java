package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;

/** What outlives a router task: its partitions of the topics, its changelogs, and how far it has committed. */
final class RouterDisk {
    /**
     * A record of the changelog of what is in flight.
     *
     * @param flight null if it is deleted
     */
    record FlightChange(String invocationId, InFlight flight) {}

    final int partition;
    final Log<Publication> invocations;
    final Log<RouterEvent.ResultArrived> results;
    final Log<RouterEvent.CancelAsked> commands;
    final Log<OutcomeRecord> outcomes;
    final Log<RouterAction.SavePin> pins;
    final Log<FlightChange> flights;
    long committedInvocations;
    long committedResults;
    long committedCommands;

    RouterDisk(int partition, VirtualTime time, Oracle oracle) {
        this.partition = partition;
        invocations = new Log<>("invocations-" + partition, time, oracle::accepted);
        results = new Log<>("results-" + partition, time, entry -> {});
        commands = new Log<>("commands-" + partition, time, oracle::cancelAsked);
        outcomes = new Log<>("outcomes-" + partition, time, oracle::outcome);
        pins = new Log<>("pins-changelog-" + partition, time, entry -> {});
        flights = new Log<>("in-flight-changelog-" + partition, time, entry -> {});
    }
}
