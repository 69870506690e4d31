package dev.berth.sim.faults;

import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The containers of one executor and what befalls them; checks what its pool makes of them. */
final class ContainerWorld {
    private final World world;
    private final Instance instance;
    private final SplittableRandom random;
    private final Map<String, Box> boxes = new LinkedHashMap<>();

    ContainerWorld(World world, Instance instance) {
        this.world = world;
        this.instance = instance;
        this.random = world.random;
    }

    /** Whether a container is some function's, or was. */
    boolean hasCode(String containerId) {
        Box box = boxes.get(containerId);
        return box == null || box.function != null;
    }

    void start(PoolAction.Start action) {
        start(new Box(action.containerId(), action.function(), action.memoryMb()));
    }

    void prewarm(PoolAction.Prewarm action) {
        start(new Box(action.containerId(), null, action.memoryMb()));
    }

    void specialise(PoolAction.Specialise action) {
        Box box = boxes.get(action.containerId());
        must(
                box != null && box.function == null && box.ready && !box.removing,
                Promise.CONTAINERS_ARE_OF_ONE_REVISION,
                action.containerId(),
                "Specialised though not prewarmed and ready: " + action + ".");
        box.function = action.function();
        box.ready = false;
        if (!world.strikes(Fault.START_HUNG, 30)) {
            in(random.nextLong(1, 10), box, () -> launched(box));
        }
    }

    private void start(Box box) {
        int usedMb = boxes.values().stream()
                .filter(other -> other.alive)
                .mapToInt(other -> other.memoryMb)
                .sum();
        must(
                boxes.put(box.id, box) == null,
                Promise.POOLS_KEEP_WITHIN,
                box.id,
                "Container " + box.id + " was started twice.");
        must(
                usedMb + box.memoryMb <= world.plan.pool().memoryMb(),
                Promise.POOLS_KEEP_WITHIN,
                box.id,
                "Containers of " + (usedMb + box.memoryMb) + " MB on "
                        + world.plan.pool().memoryMb() + " MB, with " + box.id + ".");
        if (world.strikes(Fault.CONTAINER_NOT_STARTED, 15)) {
            in(random.nextLong(1, 100), box, () -> startFails(box));
        } else if (!world.strikes(Fault.START_HUNG, 30)) {
            in(random.nextLong(2, 40), box, () -> launched(box));
        }
    }

    void run(PoolAction.Run action, DispatchRecord dispatch, FunctionDef function) {
        Box box = boxes.get(action.containerId());
        must(
                box != null && box.ready && box.given.size() < function.concurrency() && !box.removing,
                Promise.CONTAINERS_ARE_OF_ONE_REVISION,
                action.job().id().invocationId(),
                "Run in a container that does not wait for work: " + action + ".");
        must(!box.paused, Promise.THE_PAUSED_REST, box.id, "Run in a paused container: " + action + ".");
        must(
                box.function.equals(action.job().kind().function())
                        && box.function.equals(Shapes.function(dispatch.flight())),
                Promise.CONTAINERS_ARE_OF_ONE_REVISION,
                action.job().id().invocationId(),
                "Run in a container of " + box.function + ": " + action + ".");
        box.values.add(action.job().routingValue());
        must(
                !function.exclusive() || box.values.size() == 1,
                Promise.EXCLUSIVE_IS_EXCLUSIVE,
                action.job().id().invocationId(),
                "Container " + box.id + " of an exclusive function ran values " + box.values + ".");
        box.given.add(action.job().id());
        int busy = boxes.values().stream().mapToInt(b -> b.given.size()).sum();
        must(
                busy <= world.plan.pool().slots(),
                Promise.POOLS_KEEP_WITHIN,
                box.id,
                busy + " run on " + world.plan.pool().slots() + " slots.");
        long settledMs = Math.max(0, box.settledMs - world.time.nowMs());
        in(settledMs + random.nextLong(0, 3), box, () -> handOver(box, dispatch, function));
    }

    void pause(String containerId) {
        Box box = boxes.get(containerId);
        must(
                box != null && box.ready && box.given.isEmpty() && !box.removing && !box.paused,
                Promise.THE_PAUSED_REST,
                containerId,
                "Container " + containerId + " was paused and does not wait for work.");
        box.paused = true;
        box.settledMs = Math.max(world.time.nowMs(), box.settledMs) + random.nextLong(1, 30);
    }

    void unpause(String containerId) {
        Box box = boxes.get(containerId);
        must(
                box != null && box.paused && !box.removing,
                Promise.THE_PAUSED_REST,
                containerId,
                "Container " + containerId + " was unpaused and was not paused.");
        box.paused = false;
        box.settledMs = Math.max(world.time.nowMs(), box.settledMs) + random.nextLong(1, 30);
        if (world.strikes(Fault.UNPAUSE_FAILED, 10)) {
            in(box.settledMs - world.time.nowMs(), box, () -> exit(box, "killed: it could not be unpaused"));
        }
    }

    void remove(String containerId) {
        Box box = boxes.get(containerId);
        must(
                box != null && !box.removing,
                Promise.POOLS_KEEP_WITHIN,
                containerId,
                "Container " + containerId + " was removed twice, or was never there.");
        box.removing = true;
        if (box.neverStarted) {
            exit(box, "never started");
        } else {
            in(random.nextLong(1, 40), box, () -> exit(box, "killed"));
        }
    }

    /** The pool has heard of its end. */
    void forget(String containerId) {
        boxes.remove(containerId);
    }

    /** The executor has reported the end of an attempt: what its code does until a kill arrives nobody can prevent. */
    void over(String containerId, AttemptId attempt) {
        Box box = boxes.get(containerId);
        if (box != null) {
            box.given.remove(attempt);
            Execution running = box.running.get(attempt);
            if (running != null) {
                world.oracle.ended(running);
            }
        }
    }

    /** The machine's plug is pulled. */
    void die() {
        for (Box box : boxes.values()) {
            box.alive = false;
            stopRunning(box);
        }
    }

    private void launched(Box box) {
        instance.post(() -> instance.on(new PoolEvent.ContainerLaunched(box.id)));
        if (world.strikes(Fault.CONTAINER_NOT_STARTED, 15)) {
            in(random.nextLong(1, 200), box, () -> startFails(box));
        } else if (world.strikes(Fault.CONTAINER_EXITED, 20)) {
            in(random.nextLong(1, 200), box, () -> exit(box, "exit status 1"));
        } else if (!world.strikes(Fault.START_HUNG, 30)) {
            in(random.nextLong(10, 400), box, () -> {
                box.ready = true;
                instance.post(() -> instance.on(new PoolEvent.ContainerReady(box.id)));
            });
        }
    }

    private void startFails(Box box) {
        box.neverStarted = true;
        instance.post(() -> instance.on(new PoolEvent.StartFailed(box.id, "Runtime.StartFailed", "drawn")));
    }

    private void handOver(Box box, DispatchRecord dispatch, FunctionDef function) {
        if (!box.given.contains(dispatch.attempt())) {
            return; // ended on its way there: its container is being killed
        }
        if (world.strikes(Fault.CONTAINER_EXITED, 60)) {
            exit(box, "exit status 137 before it took its work");
            return;
        }
        AttemptId attempt = dispatch.attempt();
        box.taken.add(attempt);
        Execution execution = new Execution(dispatch.flight(), box.id, instance.incarnation(), world.time.nowMs());
        box.running.put(attempt, execution);
        world.story.tell(() -> "  " + box.id + " starts " + Words.of(dispatch.flight()));
        world.oracle.started(execution);
        if (world.strikes(Fault.FUNCTION_HUNG, 60)) {
            return;
        }
        long serviceMs = 1 + (long) (-Math.log(1 - random.nextDouble()) * 60);
        if (world.strikes(Fault.CONTAINER_EXITED, 40)) {
            in(serviceMs, box, () -> exit(box, "exit status 139"));
            return;
        }
        boolean fails = world.strikes(Fault.FUNCTION_FAILED, 6);
        in(Math.min(serviceMs, function.timeoutMs() + 500L), box, () -> {
            if (box.running.containsKey(attempt)) {
                stopRunning(box, attempt);
                instance.post(() -> instance.answered(box.id, attempt, fails));
            }
        });
    }

    private void exit(Box box, String how) {
        box.alive = false;
        stopRunning(box);
        instance.post(() -> {
            Set<AttemptId> notTaken = box.notTaken();
            box.given.clear();
            instance.exited(box.id, notTaken, how);
        });
    }

    private void stopRunning(Box box) {
        List.copyOf(box.running.keySet()).forEach(attempt -> stopRunning(box, attempt));
    }

    private void stopRunning(Box box, AttemptId attempt) {
        Execution execution = box.running.remove(attempt);
        world.oracle.ended(execution);
        world.story.tell(() -> "  " + box.id + " ends " + Words.of(execution.flight));
    }

    /** Containers are processes of their own: they go on while their executor stands still. */
    private void in(long delayMs, Box box, Runnable what) {
        world.time.in(delayMs, () -> {
            if (box.alive) {
                what.run();
            }
        });
    }

    private static void must(boolean holds, Promise promise, String about, String otherwise) {
        if (!holds) {
            throw new Violation(promise, about, otherwise);
        }
    }
}
