package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterCore;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.RouterLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** One life of a router task: a {@link RouterCore} with what its shell does for it (RouterProcessor, RouterStores, OutcomeTail). */
final class RouterTask extends Part {
    private final World world;
    private final RouterDisk disk;
    private final Sender sender;
    /** Few keys in use, so that most are packed and unpacked all the time. */
    private final RouterCore core = new RouterCore(RouterLimits.defaults().withKeysInUse(2));

    private final RouterTables tables;
    /** As RocksDB has them: by key. */
    private final TreeMap<String, InFlight> flights = new TreeMap<>();

    /** Those of them that have ended, whose outcome is on its way. */
    private final Set<String> ended = new HashSet<>();

    private final Reader<?> invocations;
    private final Reader<?> results;
    private final Reader<?> commands;
    private boolean restored;
    /** The invocation that is being taken in. */
    private Publication asking;

    /** Comes up with what the disk holds. */
    RouterTask(World world, RouterDisk disk) {
        super(world.time);
        this.world = world;
        this.disk = disk;
        this.sender = new Sender(world.time, world.network);
        this.tables = new RouterTables(world, this);
        restore();
        invocations = disk.invocations.follow(disk.committedInvocations, this, world.network, entry -> {
            asking = entry.value();
            boolean askedAll = asking.asked() >= world.plan.partitions();
            on(new RouterEvent.InvocationArrived(asking.request(), entry.offset(), askedAll));
        });
        results = disk.results.follow(disk.committedResults, this, world.network, entry -> on(entry.value()));
        commands = disk.commands.follow(disk.committedCommands, this, world.network, entry -> on(entry.value()));
        each(world.plan.tickMs(), () -> on(new RouterEvent.Tick()));
        each(world.plan.commitMs(), this::commit);
    }

    /** Dies at once; what it had not got out is lost. */
    void crash() {
        end();
        sender.kill();
    }

    /**
     * Ends in order.
     *
     * @return when all it wrote is written; it may start elsewhere from then on
     */
    long handOver() {
        long invocationsDone = invocations.position();
        long resultsDone = results.position();
        long commandsDone = commands.position();
        end();
        long flushedMs = sender.flushedMs();
        world.time.at(flushedMs, () -> committed(invocationsDone, resultsDone, commandsDone));
        return flushedMs;
    }

    boolean isAtRest() {
        return core.inFlight() == 0 && flights.isEmpty();
    }

    String state() {
        return "router task " + disk.partition + ": " + core.inFlight() + " in flight, stored " + flights.keySet();
    }

    private void restore() {
        TreeMap<String, RouterAction.SavePin> pins = new TreeMap<>();
        for (Log.Entry<RouterAction.SavePin> entry : disk.pins.entries()) {
            RouterAction.SavePin pin = entry.value();
            pins.put(pin.tenant() + "/" + pin.function() + "/" + pin.routingValue(), pin);
        }
        for (Log.Entry<RouterDisk.FlightChange> entry : disk.flights.entries()) {
            if (entry.value().flight() == null) {
                flights.remove(entry.value().invocationId());
            } else {
                flights.put(entry.value().invocationId(), entry.value().flight());
            }
        }
        pins.values().forEach(pin -> core.restorePin(pin.tenant(), pin.function(), pin.routingValue(), pin.pin()));
        flights.values().forEach(core::restoreFlight);
        for (Log.Entry<OutcomeRecord> entry : disk.outcomes.entries()) {
            OutcomeRecord outcome = entry.value();
            core.restoreDone(
                    outcome.id(),
                    entry.atMs(),
                    outcome.flight().request().tenant(),
                    outcome.flight().request().function(),
                    outcome.result() == null ? null : outcome.result().containerId());
        }
        world.story.tell(() -> name() + " starts: in flight " + flights.keySet() + ", reads invocations from "
                + disk.committedInvocations + ", results from " + disk.committedResults);
        world.oracle.forgetDecisions(disk.partition);
        world.forgotten(disk, flights);
    }

    private void commit() {
        long invocationsDone = invocations.position();
        long resultsDone = results.position();
        long commandsDone = commands.position();
        at(sender.flushedMs(), () -> committed(invocationsDone, resultsDone, commandsDone));
    }

    private void committed(long invocationsDone, long resultsDone, long commandsDone) {
        disk.committedInvocations = Math.max(disk.committedInvocations, invocationsDone);
        disk.committedResults = Math.max(disk.committedResults, resultsDone);
        disk.committedCommands = Math.max(disk.committedCommands, commandsDone);
    }

    private void on(RouterEvent event) {
        for (RouterEvent change : tables.changes()) {
            tables.told(change);
            tell(change);
        }
        if (!restored) {
            restored = true;
            perform(core.restored(time().nowMs()));
        }
        tell(event);
    }

    private void tell(RouterEvent event) {
        if (!(event instanceof RouterEvent.Tick)) {
            world.story.tell(() -> name() + " <- " + Words.of(event));
        }
        for (RouterEvent told : world.sabotage.before(event)) {
            perform(core.on(told, time().nowMs()));
        }
    }

    private void perform(List<RouterAction> actions) {
        if (actions.isEmpty()) {
            return;
        }
        Performer performer = new Performer();
        for (RouterAction action : world.sabotage.after(actions)) {
            action.accept(performer);
        }
        for (InFlight flight : performer.placed) {
            var request = flight.request();
            if (request.routingValue() != null && flight.isDispatched()) {
                world.oracle.placed(
                        flight, core.pin(request.tenant(), request.function(), request.routingValue()), tables.known());
            }
        }
        checkLimits(performer.placed);
    }

    private void checkLimits(List<InFlight> placed) {
        for (InFlight sent : placed) {
            var request = sent.request();
            if (world.limited(request.function())) {
                int count = 0;
                for (InFlight flight : flights.values()) {
                    count += flight.isDispatched()
                                    && !ended.contains(flight.request().id())
                                    && flight.request().tenant().equals(request.tenant())
                                    && flight.request().function().equals(request.function())
                            ? 1
                            : 0;
                }
                world.oracle.inFlight(request.tenant(), request.function(), count);
            }
        }
    }

    private String name() {
        return "router " + disk.partition;
    }

    private final class Performer implements RouterAction.Visitor {
        final List<InFlight> placed = new ArrayList<>(1);

        @Override
        public void dispatch(RouterAction.Dispatch action) {
            InFlight flight = action.flight();
            world.story.tell(() -> name() + " -> dispatch " + Words.of(flight) + " because "
                    + action.decision().reason());
            send(flight, action.order());
            save(flight);
            placed.add(flight);
        }

        @Override
        public void resend(RouterAction.Resend action) {
            world.story.tell(() -> name() + " -> dispatch again " + Words.of(action.flight()));
            send(action.flight(), new RouterAction.Order(0, false, true, null, null));
        }

        @Override
        public void hold(RouterAction.Hold action) {
            world.story.tell(() -> name() + " -> hold " + Words.of(action.flight()));
            save(action.flight());
        }

        @Override
        public void complete(RouterAction.Complete action) {
            outcome(new OutcomeRecord(disk.partition, action.flight(), action.result(), null));
        }

        @Override
        public void reject(RouterAction.Reject action) {
            outcome(new OutcomeRecord(disk.partition, action.flight(), null, action.rejection()));
        }

        @Override
        public void endAttempt(RouterAction.EndAttempt action) {
            InFlight flight = action.flight();
            world.story.tell(() -> name() + " -> end " + Words.of(flight));
            sender.send(
                    world.dispatch(flight.sent().slot()),
                    new DispatchRecord(
                            flight, new RouterAction.Order(0, false, true, null, null), disk.partition, true));
            save(flight);
        }

        @Override
        public void cancelled(RouterAction.Cancelled action) {
            outcome(new OutcomeRecord(disk.partition, action.flight(), null, null));
        }

        @Override
        public void forget(RouterAction.Forget action) {
            world.story.tell(() -> name() + " -> forget " + action.invocationId());
            drop(action.invocationId());
        }

        @Override
        public void savePin(RouterAction.SavePin action) {
            sender.send(disk.pins, action);
        }

        @Override
        public void askNext(RouterAction.AskNext action) {
            world.story.tell(() -> name() + " -> ask next " + action.request().id());
            int next = (disk.partition + 1) % world.plan.partitions();
            sender.send(world.invocations(next), new Publication(asking.request(), asking.asked() + 1));
        }

        private void send(InFlight flight, RouterAction.Order order) {
            world.oracle.dispatched(flight, tables.known().get(flight.sent().instanceId()));
            sender.send(world.dispatch(flight.sent().slot()), new DispatchRecord(flight, order, disk.partition, false));
        }

        private void save(InFlight flight) {
            flights.put(flight.request().id(), flight);
            sender.send(
                    disk.flights, new RouterDisk.FlightChange(flight.request().id(), flight));
        }

        private void outcome(OutcomeRecord outcome) {
            world.story.tell(() -> name() + " -> outcome " + outcome);
            ended.add(outcome.id());
            world.oracle.decided(outcome);
            // Deleted once the outcome is acknowledged: else a crash could leave neither.
            at(sender.send(disk.outcomes, outcome), () -> drop(outcome.id()));
        }

        private void drop(String invocationId) {
            flights.remove(invocationId);
            ended.remove(invocationId);
            sender.send(disk.flights, new RouterDisk.FlightChange(invocationId, null));
        }
    }
}
