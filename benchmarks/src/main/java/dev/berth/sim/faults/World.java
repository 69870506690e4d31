package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.fleet.FleetCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A fleet, its routers, its publishers and what strikes them, made of one seed. One thread runs it. */
final class World {
    private static final long START_MS = 1_000_000;
    /** How long after the last strike everything may take to come to rest. */
    private static final long REST_WITHIN_MS = 300_000;
    /** Late and doubled results are still under way when all has ended; what they do is looked at too. */
    private static final long AFTERMATH_MS = 5_000;

    private static final long LOOK_EACH_MS = 250;

    final SplittableRandom random;
    final Plan plan;
    final VirtualTime time = new VirtualTime(START_MS);
    final Tally tally = new Tally();
    final Story story;
    final Oracle oracle = new Oracle(tally);
    final Sabotage sabotage;
    final Network network;
    final Log<FunctionDef> functions;
    final Log<FleetCore.Member> fleet;
    final Log<StatusRecord> instances;
    /** Ids of containers that are gone. */
    final Log<String> removals;

    private final List<Log<DispatchRecord>> dispatch = new ArrayList<>();
    private final List<RouterDisk> disks = new ArrayList<>();
    private final FleetPart.Committed fleetCommitted = new FleetPart.Committed();
    private final RouterTask[] tasks;
    private final TreeMap<String, Instance> executors = new TreeMap<>();
    private final Publisher publisher;
    private FleetPart fleetPart;
    private int lives;
    private boolean storm = true;
    private boolean atRest;

    World(long seed, Sabotage sabotage, boolean told) {
        // SplittableRandom mixes its seed well: neighbours are unlike.
        this.random = new SplittableRandom(seed);
        this.sabotage = sabotage;
        this.story = new Story(time, told);
        this.plan = Plan.draw(random);
        this.network = new Network(random, tally, plan.faults().contains(Fault.RECORD_DELAYED));
        this.functions = new Log<>("functions", time, entry -> {
            oracle.deployed(entry.value());
            story.tell(() -> "deployed: " + entry.value());
        });
        this.fleet = new Log<>("fleet", time, oracle::assigned);
        this.instances = new Log<>("instances", time, entry -> {});
        this.removals = new Log<>("container-events", time, entry -> {});
        for (int slot = 0; slot < plan.slotsOfFleet(); slot++) {
            dispatch.add(new Log<>("dispatch-" + slot, time, entry -> {}));
        }
        for (int partition = 0; partition < plan.partitions(); partition++) {
            disks.add(new RouterDisk(partition, time, oracle));
        }
        this.tasks = new RouterTask[plan.partitions()];
        this.publisher = new Publisher(this);
        story.tell(() -> "the plan: " + plan);
    }

    /**
     * Runs it to the end.
     *
     * @throws Violation if a promise is broken
     */
    void run() {
        plan.functions().forEach(functions::append);
        fleetPart = new FleetPart(this, fleetCommitted);
        for (int i = 0; i < plan.instances(); i++) {
            comesUp("i" + i);
        }
        disks.forEach(this::startTask);
        publisher.start();
        Strikes strikes = new Strikes(this);
        strikes.start();
        time.at(START_MS + plan.stormMs(), this::calmDown);
        try {
            while (!atRest && time.step()) {
                // Each step is a record, a tick or a strike.
            }
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CoreBroke(e);
        }
    }

    /** Whether faults may strike and publishers publish. */
    boolean isStorm() {
        return storm;
    }

    /** Whether a fault strikes here and now: one time in so many, if it may at all. */
    boolean strikes(Fault fault, int oneIn) {
        boolean strikes = storm && plan.faults().contains(fault) && random.nextInt(oneIn) == 0;
        if (strikes) {
            tally.count(fault);
        }
        return strikes;
    }

    Log<DispatchRecord> dispatch(int slot) {
        return dispatch.get(slot);
    }

    Log<RouterEvent.ResultArrived> results(int partition) {
        return disks.get(partition).results;
    }

    Log<RouterEvent.CancelAsked> commands(int partition) {
        return disks.get(partition).commands;
    }

    Log<Publication> invocations(int partition) {
        return disks.get(partition).invocations;
    }

    boolean limited(String function) {
        return plan.functions().stream().anyMatch(f -> f.name().equals(function) && f.isLimited());
    }

    /** The executors that are up, by instance id. */
    SortedMap<String, Instance> executors() {
        return executors;
    }

    void comesUp(String instanceId) {
        int life = lives++;
        executors.put(instanceId, new Instance(this, instanceId, life));
        story.tell(
                () -> instanceId + " comes up as " + executors.get(instanceId).incarnation());
    }

    RouterTask task(int partition) {
        return tasks[partition];
    }

    void startTask(int partition) {
        startTask(disks.get(partition));
    }

    private void startTask(RouterDisk disk) {
        tasks[disk.partition] = new RouterTask(this, disk);
    }

    /** False if it is down already. */
    boolean restartFleet() {
        if (!fleetPart.isAlive()) {
            return false;
        }
        fleetPart.crash();
        time.in(random.nextLong(50, 1_000), () -> fleetPart = new FleetPart(this, fleetCommitted));
        return true;
    }

    /** A router task came back with this in flight: tells the oracle which of its dispatches it does not know. */
    void forgotten(RouterDisk disk, Map<String, InFlight> restored) {
        for (Log<DispatchRecord> slot : dispatch) {
            for (Log.Entry<DispatchRecord> entry : slot.entries()) {
                DispatchRecord sent = entry.value();
                String id = sent.flight().request().id();
                if (sent.cancel() || sent.partition() != disk.partition || oracle.isEnded(id)) {
                    continue;
                }
                InFlight flight = restored.get(id);
                boolean known = flight != null
                        && (flight.attempt() > sent.flight().attempt()
                                || (flight.attempt() == sent.flight().attempt()
                                        && (!flight.isDispatched()
                                                || isAt(
                                                        flight.sent(),
                                                        sent.flight().sent()))));
                if (!known) {
                    story.tell(() -> "router " + disk.partition + " does not know that it sent " + sent);
                    oracle.forgotten(sent);
                }
            }
        }
    }

    private static boolean isAt(InFlight.Sent one, InFlight.Sent other) {
        return one.epoch() == other.epoch() && one.instanceId().equals(other.instanceId());
    }

    private void calmDown() {
        storm = false;
        network.calmDown();
        story.tell(() -> "nothing strikes any more");
        long dueMs = time.nowMs() + REST_WITHIN_MS;
        look(dueMs);
    }

    private void look(long dueMs) {
        if (isAtRest()) {
            time.in(AFTERMATH_MS, () -> {
                if (isAtRest()) {
                    atRest = true;
                } else {
                    look(dueMs);
                }
            });
        } else if (time.nowMs() >= dueMs) {
            throw restless();
        } else {
            time.in(LOOK_EACH_MS, () -> look(dueMs));
        }
    }

    private boolean isAtRest() {
        if (publisher.isBusy() || !oracle.open().isEmpty()) {
            return false;
        }
        for (RouterTask task : tasks) {
            if (!task.isAlive() || !task.isAtRest()) {
                return false;
            }
        }
        return executors.values().stream().allMatch(Instance::isAtRest);
    }

    private Violation restless() {
        List<String> open = oracle.open();
        StringBuilder state = new StringBuilder();
        for (RouterTask task : tasks) {
            state.append(" ").append(task.state()).append(";");
        }
        executors.values().forEach(e -> state.append(" ").append(e.state()).append(";"));
        return open.isEmpty()
                ? new Violation(
                        Promise.REST_COMES, null, "All has an outcome, but something is still going on:" + state)
                : new Violation(
                        Promise.NOTHING_IS_LOST,
                        open.get(0),
                        open.size() + " have no outcome " + REST_WITHIN_MS / 1_000 + " s after the last strike: "
                                + open.subList(0, Math.min(8, open.size())) + ";" + state);
    }

    /** A core threw. */
    static final class CoreBroke extends RuntimeException {
        private static final long serialVersionUID = 1;

        CoreBroke(RuntimeException cause) {
            super(cause.toString(), cause);
        }
    }
}
