package dev.berth.executor.pool;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** A container as the pool knows it. */
final class Container {
    /** Keys that its worth is reckoned by: the last that it served. Those before come seldom, or not any more. */
    private static final int MOST_WEIGHED = 32;

    private static final double SMOOTHING = 0.2;

    final String id;
    /** What the engine gives it, which may be more than its function asked for. */
    final int memoryMb;
    /** What it was made for without code; null if it was made for a function. */
    final PrewarmRule prewarmedBy;
    /** What it may run; null as long as it has no code. */
    ContainerKind kind;
    /** The routing value that an exclusive container serves; null serves those without one. */
    String owner;
    /** Jobs that must run here, whatever else is idle. */
    final Line line = new Line(this);
    /** Those that it has served, or was started for. */
    final Set<Key> keys = new HashSet<>();
    /** Those of them that it has not served yet. */
    final Set<Key> promised = new HashSet<>();
    /** The key that it was started for; null if for any. */
    Key startedFor;

    private final LinkedHashSet<Key> recent = new LinkedHashSet<>();

    ContainerState state = new ContainerState.Planned();
    /** The job that it is being started for, and that has not found another; null if there is none. */
    Waiting claimedBy;
    /** How many lines wait for it in particular. Changed by {@link ContainerTable}. */
    int awaited;

    boolean stale;
    /** It was ready before anybody needed it. */
    boolean ahead;
    /** Keys have been forgotten that it had served. */
    boolean forgetful;

    long createdMs;
    /** How long it took to be made without code; 0 if it was made for a function. */
    long madeMs;
    /** How long it took to be created and to ask for work. */
    double coldMs;

    /** What it holds beside what it started with, as last measured. */
    long stateBytes;

    long lastUsedMs;
    long served;
    /** Mean time between its uses; NaN while it was used once at most. */
    double ownIntervalMs = Double.NaN;

    private long lastRunMs;

    Container(String id, ContainerKind kind, String owner, long nowMs) {
        this(id, kind.memoryMb(), null, nowMs);
        this.kind = kind;
        this.owner = owner;
    }

    /** One without code. */
    Container(String id, PrewarmRule prewarmedBy, long nowMs) {
        this(id, prewarmedBy.memoryMb(), prewarmedBy, nowMs);
    }

    private Container(String id, int memoryMb, PrewarmRule prewarmedBy, long nowMs) {
        this.id = id;
        this.memoryMb = memoryMb;
        this.prewarmedBy = prewarmedBy;
        this.createdMs = nowMs;
        this.lastUsedMs = nowMs;
    }

    boolean hasCode() {
        return kind != null;
    }

    int slots() {
        return hasCode() ? state.slots() : 0;
    }

    /** Whether it will ask for work, and has not yet. */
    boolean isUnderway() {
        return hasCode() && state.isUnderway();
    }

    /** Whether its memory is to be had by removing it. */
    boolean isEvictable() {
        return hasCode() ? isFree() : !isRemoving();
    }

    /** Whether it may ever run this job: one tenant, one revision, and one routing value if exclusive. */
    boolean mayRun(Job job) {
        return mayRun(job.function(), job.routingValue());
    }

    boolean mayRun(FunctionKey function, String value) {
        return !isRemoving()
                && hasCode()
                && kind.function().equals(function)
                && (!kind.exclusive() || Objects.equals(owner, value));
    }

    boolean isRemoving() {
        return state instanceof ContainerState.Removing;
    }

    boolean isIdle() {
        return state instanceof ContainerState.Idle;
    }

    /** Whether it can be handed one more job now. */
    boolean hasRoom() {
        return isIdle()
                || (state instanceof ContainerState.Busy busy && busy.running().size() < kind.concurrency());
    }

    /** Idle, with nobody who waits for it in particular. */
    boolean isFree() {
        return isIdle() && awaited == 0;
    }

    /** On its way, for nobody: the next who needs one takes it. */
    boolean isUnclaimed() {
        return claimedBy == null && isUnderway();
    }

    /** It begins to run a job. */
    void used(long nowMs) {
        if (served++ > 0) {
            double intervalMs = nowMs - lastRunMs;
            ownIntervalMs =
                    Double.isNaN(ownIntervalMs) ? intervalMs : ownIntervalMs + SMOOTHING * (intervalMs - ownIntervalMs);
        }
        lastRunMs = nowMs;
        lastUsedMs = nowMs;
    }

    /** The keys that its worth is reckoned by. */
    Collection<Key> weighed() {
        return recent;
    }

    void lastServed(Key key) {
        recent.remove(key);
        recent.add(key);
        if (recent.size() > MOST_WEIGHED) {
            var eldest = recent.iterator();
            eldest.next();
            eldest.remove();
        }
    }

    void forget(Key key) {
        release(key);
        forgetful = true;
    }

    void release(Key key) {
        keys.remove(key);
        promised.remove(key);
        recent.remove(key);
    }

    void forgetKeys() {
        keys.clear();
        promised.clear();
        recent.clear();
    }
}
