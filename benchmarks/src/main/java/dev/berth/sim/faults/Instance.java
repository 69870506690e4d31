package dev.berth.sim.faults;

import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Pool;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.executor.pool.WarmSet;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.fleet.FleetCore;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One life of an executor: a {@link Pool} with what its shell does for it (Executor, Membership, PoolLoop, DispatchReader,
 * StatusReporter).
 */
final class Instance extends Part implements PoolAction.Visitor {
    private static final long HEARTBEAT_MS = 1_000;
    private static final long SHIFT_MS = 50;
    private static final long CLOCK_SKEW_MS = 60_000;
    private static final long REVISION_PATIENCE_MS = 5_000;

    private record Said(StatusRecord.State state, long epoch, Map<FunctionKey, Lives> containers) {}

    private record Lives(int ready, int underway) {}

    private record Unresolved(DispatchRecord dispatch, long sinceMs) {}

    private final World world;
    private final String id;
    private final String incarnation;
    private final Pool pool;
    private final Sender sender;
    private final ContainerWorld containers;
    private final KnownFunctions functions = new KnownFunctions();
    private final Map<AttemptId, DispatchRecord> inFlight = new HashMap<>();
    private final Set<AttemptId> failed = new HashSet<>();
    private final Set<String> saidRemoved = new HashSet<>();
    private final ArrayDeque<Unresolved> unresolved = new ArrayDeque<>();
    private final Reader<FleetCore.Member> fleet;
    private final Reader<FunctionDef> deployments;

    private Reader<DispatchRecord> dispatches;
    private StatusRecord.State state = StatusRecord.State.STARTING;
    private long epoch;
    private long assignedEpoch;
    private long lastEpoch;
    private Said said;
    private List<WarmSet> saidWarm;
    private long saidMs;
    private long muteUntilMs;
    private boolean stopping;

    Instance(World world, String id, int life) {
        super(world.time);
        this.world = world;
        this.id = id;
        this.incarnation = id + "x" + life;
        this.pool = new Pool(world.plan.pool(), world.plan.prewarm(), incarnation + "-c");
        this.sender = new Sender(world.time, world.network);
        this.containers = new ContainerWorld(world, this);
        this.fleet = world.fleet.follow(0, this, world.network, entry -> assigned(entry.value()));
        this.deployments = world.functions.follow(0, this, world.network, entry -> deployed(entry.value()));
        each(world.plan.tickMs(), this::tick);
    }

    String incarnation() {
        return incarnation;
    }

    /** kill -9. */
    void kill() {
        end();
        sender.kill();
        containers.die();
    }

    /** The fleet hears nothing of it for so long, and it nothing of the fleet for longer; all else works. */
    void cutOff(long untilMs, long deafUntilMs) {
        muteUntilMs = untilMs;
        fleet.holdUntil(deafUntilMs);
    }

    /**
     * Stops in order.
     *
     * @param whenStopped called when it is gone
     */
    void stop(Runnable whenStopped) {
        stopping = true;
        fleet.close();
        deployments.close();
        if (dispatches != null) {
            dispatches.close();
        }
        resolve();
        on(new PoolEvent.Drain());
        state = StatusRecord.State.DRAINING;
        awaitThen(() -> pool.load().running() == 0, time().nowMs() + 1_000, () -> {
            on(new PoolEvent.Stop());
            awaitThen(() -> pool.load().containers() == 0, time().nowMs() + 2_000, () -> {
                state = StatusRecord.State.STOPPED;
                say();
                end();
                time().at(sender.flushedMs(), whenStopped);
            });
        });
    }

    boolean isStopping() {
        return stopping;
    }

    boolean isAtRest() {
        return pool.load().running() == 0 && pool.load().queued() == 0 && inFlight.isEmpty();
    }

    String state() {
        return incarnation + " epoch " + epoch + " " + state + ": " + pool.load() + ", in flight " + inFlight.keySet();
    }

    void on(PoolEvent event) {
        for (PoolEvent told : world.sabotage.before(event)) {
            for (PoolAction action : world.sabotage.afterPool(pool.on(told, time().nowMs()))) {
                action.accept(this);
            }
            if (told instanceof PoolEvent.ContainerExited exited) {
                sayRemoved(exited.containerId());
                containers.forget(exited.containerId());
            }
        }
    }

    void exited(String containerId, Set<AttemptId> notTaken, String how) {
        world.story.tell(() -> "  " + containerId + " is gone: " + how);
        on(new PoolEvent.ContainerExited(containerId, notTaken, how));
    }

    void answered(String containerId, AttemptId attempt, boolean withError) {
        if (withError) {
            failed.add(attempt);
        }
        containers.over(containerId, attempt);
        on(new PoolEvent.InvocationEnded(containerId, attempt));
    }

    /** Once for each container, and not only when it has gone: from its removal on nothing runs there. */
    private void sayRemoved(String containerId) {
        // Of one that was nobody's nobody needs to hear.
        if (containers.hasCode(containerId) && saidRemoved.add(containerId)) {
            sender.send(world.removals, containerId);
        }
    }

    private void tick() {
        resolve();
        on(new PoolEvent.Tick());
        List<WarmSet> warm = pool.warm();
        Map<FunctionKey, Lives> counts = new HashMap<>();
        for (WarmSet set : warm) {
            counts.put(set.function(), new Lives(set.idle() + set.busy(), set.underway()));
        }
        Said now = new Said(state, epoch, counts);
        long sinceMs = time().nowMs() - saidMs;
        if (sinceMs >= HEARTBEAT_MS || !now.equals(said) || (sinceMs >= SHIFT_MS && !warm.equals(saidWarm))) {
            said = now;
            saidWarm = warm;
            saidMs = time().nowMs();
            say();
        }
    }

    private void say() {
        if (time().nowMs() >= muteUntilMs) {
            sender.send(
                    world.instances,
                    new StatusRecord(
                            id,
                            incarnation,
                            epoch,
                            state,
                            world.plan.pool().slots(),
                            world.plan.pool().memoryMb(),
                            pool.load(),
                            pool.warm(),
                            time().nowMs()));
        }
    }

    private void deployed(FunctionDef function) {
        functions.put(function);
        on(new PoolEvent.RevisionsChanged(function.tenant(), function.name(), Set.of(function.revision())));
        resolve();
    }

    /** What the fleet's word means is Membership's rule. */
    private void assigned(FleetCore.Member member) {
        if (!member.instanceId().equals(id)) {
            return;
        }
        if (!member.incarnation().equals(incarnation)) {
            if (lastEpoch > 0 && member.epoch() > lastEpoch) {
                throw new Violation(
                        Promise.NAMES_ARE_KEPT,
                        incarnation,
                        incarnation + " lives under epoch " + lastEpoch + ", and the fleet gives its name to "
                                + member.incarnation() + " with epoch " + member.epoch() + ".");
            }
            return;
        }
        if (member.state() == FleetCore.State.LIVE && member.epoch() > lastEpoch) {
            assignedEpoch = member.epoch();
            lastEpoch = member.epoch();
            epoch = member.epoch();
            read(member);
        } else if (member.state() == FleetCore.State.LOST && member.epoch() == assignedEpoch) {
            world.story.tell(() -> incarnation + " learns that epoch " + member.epoch() + " is lost");
            assignedEpoch = 0;
            epoch = 0;
            if (dispatches != null) {
                dispatches.close();
            }
            unresolved.forEach(waiting -> inFlight.remove(waiting.dispatch().attempt()));
            unresolved.clear();
            on(new PoolEvent.Fenced());
        }
    }

    private void read(FleetCore.Member member) {
        if (dispatches != null) {
            dispatches.close();
        }
        Log<DispatchRecord> slot = world.dispatch(member.slot());
        dispatches = slot.follow(slot.since(member.assignedMs() - CLOCK_SKEW_MS), this, world.network, entry -> {
            InFlight.Sent to = entry.value().flight().sent();
            if (to.instanceId().equals(id) && to.epoch() == member.epoch()) {
                receive(entry.value());
            }
        });
        if (state == StatusRecord.State.STARTING) {
            state = StatusRecord.State.RUNNING;
        }
    }

    private void receive(DispatchRecord dispatch) {
        world.story.tell(() -> incarnation + " <- " + dispatch);
        if (dispatch.cancel()) {
            inFlight.putIfAbsent(dispatch.attempt(), dispatch);
            unresolved.removeIf(waiting -> waiting.dispatch().attempt().equals(dispatch.attempt()));
            on(new PoolEvent.CancelAsked(dispatch.attempt()));
            return;
        }
        if (inFlight.putIfAbsent(dispatch.attempt(), dispatch) != null) {
            return;
        }
        Optional<FunctionDef> function = functions.find(Shapes.function(dispatch.flight()));
        if (function.isPresent()) {
            on(new PoolEvent.Dispatched(Shapes.job(dispatch, function.get(), functions)));
        } else {
            unresolved.add(new Unresolved(dispatch, time().nowMs()));
            resolve();
        }
    }

    private void resolve() {
        for (int i = unresolved.size(); i > 0; i--) {
            Unresolved waiting = unresolved.poll();
            DispatchRecord dispatch = waiting.dispatch();
            FunctionKey key = Shapes.function(dispatch.flight());
            Optional<FunctionDef> function = functions.find(key);
            if (function.isPresent()) {
                on(new PoolEvent.Dispatched(Shapes.job(dispatch, function.get(), functions)));
            } else if (stopping
                    || !functions.mayCome(key)
                    || time().nowMs() - waiting.sinceMs() >= REVISION_PATIENCE_MS) {
                inFlight.remove(dispatch.attempt());
                sendResult(dispatch, Shapes.bounced(dispatch, pool.load(), time().nowMs()));
            } else {
                unresolved.add(waiting);
            }
        }
    }

    private void awaitThen(BooleanSupplier condition, long untilMs, Runnable then) {
        if (condition.getAsBoolean() || time().nowMs() >= untilMs) {
            then.run();
        } else {
            in(5, () -> awaitThen(condition, untilMs, then));
        }
    }

    @Override
    public void start(PoolAction.Start action) {
        world.story.tell(() -> incarnation + " starts " + action.containerId() + " for " + action.function());
        containers.start(action);
    }

    @Override
    public void prewarm(PoolAction.Prewarm action) {
        world.story.tell(() -> incarnation + " prewarms " + action.containerId());
        containers.prewarm(action);
    }

    @Override
    public void specialise(PoolAction.Specialise action) {
        world.story.tell(() -> incarnation + " specialises " + action.containerId() + " for " + action.function());
        containers.specialise(action);
    }

    @Override
    public void run(PoolAction.Run action) {
        DispatchRecord dispatch = inFlight.get(action.job().id());
        if (dispatch == null) {
            throw new Violation(
                    Promise.AN_ATTEMPT_STARTS_ONCE,
                    action.job().id().invocationId(),
                    "Run after its end, or never dispatched: " + action + ".");
        }
        containers.run(
                action, dispatch, functions.find(action.job().kind().function()).orElseThrow());
    }

    @Override
    public void pause(PoolAction.Pause action) {
        containers.pause(action.containerId());
    }

    @Override
    public void unpause(PoolAction.Unpause action) {
        containers.unpause(action.containerId());
    }

    @Override
    public void remove(PoolAction.Remove action) {
        world.story.tell(() -> incarnation + " removes " + action.containerId() + ": " + action.reason());
        sayRemoved(action.containerId());
        containers.remove(action.containerId());
    }

    @Override
    public void finish(PoolAction.Finish action) {
        DispatchRecord dispatch = inFlight.remove(action.job().id());
        if (dispatch == null) {
            throw new Violation(
                    Promise.OUTCOMES_ARE_TRUE, action.job().id().invocationId(), "Finished twice: " + action + ".");
        }
        containers.over(action.containerId(), action.job().id());
        boolean withError = failed.remove(action.job().id());
        sendResult(dispatch, Shapes.result(dispatch, action, withError, pool.load(), time().nowMs()));
    }

    @Override
    public void forget(PoolAction.Forget action) {
        inFlight.remove(action.job().id());
    }

    @Override
    public void suppress(PoolAction.Suppress action) {
        world.story.tell(() -> incarnation + " suppresses " + action.job().id());
        // It ran here before, and its router asks again: it may have missed the result.
        DispatchRecord again = inFlight.remove(action.job().id());
        sendResult(again, Shapes.bounced(again, pool.load(), time().nowMs()));
    }

    @Override
    public void notHere(PoolAction.NotHere action) {
        world.story.tell(() -> incarnation + " does not have " + action.attempt() + ", which was to be ended");
        DispatchRecord order = inFlight.remove(action.attempt());
        sendResult(order, Shapes.notHere(order, pool.load(), time().nowMs()));
    }

    private void sendResult(DispatchRecord dispatch, RouterEvent.ResultArrived result) {
        world.story.tell(() -> incarnation + " -> result " + Words.of(result));
        world.oracle.ended(result);
        Log<RouterEvent.ResultArrived> log = world.results(dispatch.partition());
        if (world.strikes(Fault.RESULT_DELAYED, 15)) {
            sender.sendLate(log, result, world.random.nextLong(10, 4_000));
        } else {
            sender.send(log, result);
        }
        if (world.strikes(Fault.RESULT_DOUBLED, 10)) {
            sender.sendLate(log, result, world.random.nextLong(1, 3_000));
        }
    }
}
