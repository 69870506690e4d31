package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A pool with a world around it that obeys: keeps what each action makes of the containers, and checks after each event what
 * must always hold.
 */
final class PoolDriver implements PoolAction.Visitor {
    enum Life {
        CREATING,
        STARTING,
        PREWARMED,
        IDLE,
        BUSY,
        REMOVING
    }

    static final class Box {
        final String id;
        final int memoryMb;
        /** Null as long as it has no code. */
        FunctionKey function;
        /** Of one that was made without code. */
        String runtime;

        Life life = Life.CREATING;
        boolean paused;
        final List<Job> running = new ArrayList<>();
        final List<Job> ran = new ArrayList<>();

        Box(PoolAction.Start start) {
            id = start.containerId();
            function = start.function();
            memoryMb = start.memoryMb();
        }

        Box(PoolAction.Prewarm prewarm) {
            id = prewarm.containerId();
            runtime = prewarm.runtime();
            memoryMb = prewarm.memoryMb();
        }
    }

    final PoolLimits limits;
    final Pool pool;
    final List<PrewarmRule> prewarm;
    final Map<String, Box> boxes = new LinkedHashMap<>();
    final Map<AttemptId, PoolAction.Finish> finished = new LinkedHashMap<>();
    final List<PoolAction.Run> runs = new ArrayList<>();
    final Map<AttemptId, Job> open = new LinkedHashMap<>();
    final Set<AttemptId> forgotten = new HashSet<>();
    final List<Job> suppressed = new ArrayList<>();
    final List<AttemptId> notHere = new ArrayList<>();
    long nowMs = 1_000;

    PoolDriver(PoolLimits limits, PrewarmRule... prewarm) {
        this.limits = limits;
        this.prewarm = List.of(prewarm);
        this.pool = new Pool(limits, this.prewarm, "c");
    }

    void dispatch(Job job) {
        if (!finished.containsKey(job.id())) {
            open.put(job.id(), job);
        }
        on(new PoolEvent.Dispatched(job));
    }

    void cancel(Job job) {
        on(new PoolEvent.CancelAsked(job.id()));
    }

    void start(Box box) {
        on(new PoolEvent.ContainerLaunched(box.id));
        box.life = box.function == null ? Life.PREWARMED : Life.IDLE;
        on(new PoolEvent.ContainerReady(box.id));
    }

    /** The pool's one container without code, once it is ready. */
    Box prewarmed() {
        pass(1);
        startAll();
        return boxes.values().stream()
                .filter(box -> box.life == Life.PREWARMED)
                .findFirst()
                .orElseThrow();
    }

    /** All that are on their way arrive. */
    void startAll() {
        for (Box box : List.copyOf(boxes.values())) {
            if (box.life == Life.CREATING) {
                start(box);
            }
        }
    }

    /** The job that it was handed first ends. */
    void end(Box box) {
        end(box, box.running.get(0));
    }

    void end(Box box, Job job) {
        box.running.remove(job);
        box.life = box.running.isEmpty() && box.life == Life.BUSY ? Life.IDLE : box.life;
        on(new PoolEvent.InvocationEnded(box.id, job.id()));
    }

    /** Its end, after it took all that it had been handed, or none of it. */
    void exit(Box box, boolean took) {
        exit(box, took ? List.of() : box.running);
    }

    void exit(Box box, List<Job> notTaken) {
        boxes.remove(box.id);
        Set<AttemptId> ids = notTaken.stream().map(Job::id).collect(Collectors.toSet());
        on(new PoolEvent.ContainerExited(box.id, ids, "exit status 1"));
    }

    void pass(long ms) {
        nowMs += ms;
        on(new PoolEvent.Tick());
    }

    void on(PoolEvent event) {
        for (PoolAction action : pool.on(event, nowMs)) {
            action.accept(this);
        }
        check();
    }

    /** Lets everything come to its end. */
    void settle() {
        for (int i = 0; i < 10_000 && (!open.isEmpty() || somethingMoves()); i++) {
            for (Box box : List.copyOf(boxes.values())) {
                if (boxes.containsKey(box.id)) {
                    switch (box.life) {
                        case CREATING, STARTING -> start(box);
                        case BUSY -> end(box);
                        case REMOVING -> exit(box, true);
                        case IDLE, PREWARMED -> {}
                    }
                }
            }
            pass(1);
        }
    }

    private boolean somethingMoves() {
        return boxes.values().stream().anyMatch(box -> box.life != Life.IDLE && box.life != Life.PREWARMED);
    }

    private void check() {
        int memory = boxes.values().stream().mapToInt(box -> box.memoryMb).sum();
        must(memory <= limits.memoryMb(), "memory " + memory + " over " + limits.memoryMb());
        int busy = boxes.values().stream().mapToInt(box -> box.running.size()).sum();
        must(busy <= limits.slots(), busy + " run on " + limits.slots() + " slots");
        PoolLoad load = pool.load();
        must(load.equals(pool.recount()), () -> "pool says " + load + ", counted anew " + pool.recount());
        must(load.running() <= limits.slots(), "of " + limits.slots() + " slots, taken are " + load.running());
        must(load.usedMemoryMb() <= limits.memoryMb(), "memory promised: " + load.usedMemoryMb());
        must(pool.nextBoundMs() > nowMs, "patience ended at " + pool.nextBoundMs() + ", now it is " + nowMs);
        int underway = pool.warm().stream().mapToInt(WarmSet::underway).sum();
        must(load.running() == busy + underway, "pool says " + load.running() + " run, world says " + busy);
        int waiting = open.size() - busy;
        must(
                load.queued() <= waiting && load.queued() >= waiting - underway,
                () -> "pool says " + load.queued() + " wait, of " + open + " run " + busy + " and may soon "
                        + underway);
        checkPrewarmed();
        checkWaiting(load.running() < limits.slots(), underway);
    }

    private void checkPrewarmed() {
        for (PrewarmRule rule : prewarm) {
            long kept = boxes.values().stream()
                    .filter(box -> box.function == null && box.life != Life.REMOVING)
                    .filter(box -> rule.runtime().equals(box.runtime) && rule.memoryMb() == box.memoryMb)
                    .count();
            must(kept <= rule.max(), kept + " prewarmed containers are kept for " + rule);
        }
    }

    /** What waits has nothing that could run it, and has not waited longer than it may. */
    private void checkWaiting(boolean slotFree, int underway) {
        Set<AttemptId> running = new HashSet<>();
        boxes.values().forEach(box -> box.running.forEach(job -> running.add(job.id())));
        int late = 0;
        for (Job job : open.values()) {
            if (!running.contains(job.id())) {
                long untilMs = job.order().waitUntilMs();
                late += untilMs > 0 && untilMs <= nowMs ? 1 : 0;
                must(!job.expired(nowMs), () -> "past its deadline: " + job);
                for (Box box : boxes.values()) {
                    must(!slotFree || !couldRun(box, job), () -> job + " waits, and could run in " + box.id);
                }
            }
        }
        must(late <= underway, late + " have waited too long, and " + underway + " containers are on their way");
    }

    private boolean couldRun(Box box, Job job) {
        String hint = job.order().containerHint();
        boolean namesOne = hint != null && boxes.containsKey(hint) && boxes.get(hint).life != Life.REMOVING;
        boolean served = box.ran.stream()
                .anyMatch(other ->
                        job.routingValue() != null && job.routingValue().equals(other.routingValue()));
        boolean any = job.order().fresh() || (job.routingValue() == null && !namesOne);
        return hasRoom(box, job)
                && job.function().equals(box.function)
                && (job.order().strict() ? box.id.equals(hint) : box.id.equals(hint) || served || any)
                && (!job.kind().exclusive()
                        || (!box.ran.isEmpty() && Objects.equals(box.ran.get(0).routingValue(), job.routingValue())));
    }

    private static boolean hasRoom(Box box, Job job) {
        return box.life == Life.IDLE
                || (box.life == Life.BUSY && box.running.size() < job.kind().concurrency());
    }

    @Override
    public void start(PoolAction.Start action) {
        must(boxes.put(action.containerId(), new Box(action)) == null, "container started twice: " + action);
    }

    @Override
    public void prewarm(PoolAction.Prewarm action) {
        must(boxes.put(action.containerId(), new Box(action)) == null, "container started twice: " + action);
    }

    @Override
    public void specialise(PoolAction.Specialise action) {
        Box box = boxes.get(action.containerId());
        must(box != null && box.life == Life.PREWARMED, "specialised though not prewarmed and ready: " + action);
        must(box.function == null, "specialised twice: " + action);
        box.function = action.function();
        box.life = Life.CREATING;
    }

    @Override
    public void run(PoolAction.Run action) {
        Box box = boxes.get(action.containerId());
        Job job = action.job();
        must(box != null && hasRoom(box, job), "run on a container without room: " + action);
        must(
                job.function().equals(box.function)
                        && box.memoryMb >= job.kind().memoryMb(),
                "run on another tenant's, function's or revision's container: " + action);
        must(!box.paused, "run on a paused container: " + action);
        must(open.containsKey(job.id()), "run after its end: " + action);
        must(
                !job.order().strict() || box.id.equals(job.order().containerHint()),
                "a strict job ran elsewhere: " + action);
        if (job.kind().exclusive()) {
            must(
                    box.ran.stream()
                            .allMatch(other ->
                                    String.valueOf(other.routingValue()).equals(String.valueOf(job.routingValue()))),
                    "an exclusive container ran two routing values: " + action);
        }
        box.life = Life.BUSY;
        box.running.add(job);
        box.ran.add(job);
        runs.add(action);
    }

    @Override
    public void pause(PoolAction.Pause action) {
        Box box = boxes.get(action.containerId());
        must(box != null && box.life == Life.IDLE && !box.paused, "pause of one that is not idle: " + action);
        box.paused = true;
    }

    @Override
    public void unpause(PoolAction.Unpause action) {
        Box box = boxes.get(action.containerId());
        must(box != null && box.life == Life.IDLE && box.paused, "unpause of one that is not paused: " + action);
        box.paused = false;
    }

    @Override
    public void remove(PoolAction.Remove action) {
        Box box = boxes.get(action.containerId());
        must(box != null && box.life != Life.REMOVING, "remove of a container that is not there: " + action);
        box.life = Life.REMOVING;
    }

    @Override
    public void finish(PoolAction.Finish action) {
        AttemptId id = action.job().id();
        must(open.remove(id) != null, "finished though not open: " + action);
        boxes.values().forEach(box -> box.running.remove(action.job()));
        must(finished.put(id, action) == null, "finished twice: " + action);
    }

    @Override
    public void forget(PoolAction.Forget action) {
        must(open.remove(action.job().id()) != null, "forgotten though not open: " + action);
        forgotten.add(action.job().id());
    }

    @Override
    public void suppress(PoolAction.Suppress action) {
        suppressed.add(action.job());
    }

    @Override
    public void notHere(PoolAction.NotHere action) {
        must(!open.containsKey(action.attempt()), "not here, though open: " + action);
        notHere.add(action.attempt());
    }

    private static void must(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    private static void must(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
