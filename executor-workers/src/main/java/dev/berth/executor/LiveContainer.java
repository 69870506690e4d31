package dev.berth.executor;

import dev.berth.executor.container.ContainerEnd;
import dev.berth.executor.container.ContainerRuntime.RunningContainer;
import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.runtimeapi.ContainerListener;
import dev.berth.schemas.FunctionVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A container that is being started, runs, or has just ended. Its fields are guarded by it, but for the volatile ones. */
final class LiveContainer {
    final String id;
    /** Whose it is; null as long as it has no code. Changed by the pool's thread. */
    volatile FunctionKey function;

    volatile FunctionVersion version;
    /** When it began to be made, or, if it was prewarmed, to be specialised. */
    volatile long createdUs;
    /** When its first process ran, or it was told what to load. */
    volatile long launchedUs;

    volatile ContainerListener listener;
    RunningContainer container;
    /** Its end, if that came before the runtime had returned from its start. */
    ContainerEnd early;

    /** Somebody reads what it prints, and lets the file go when it has ended. */
    boolean followed;

    boolean ended;
    boolean startFailed;
    boolean removing;

    volatile long readyUs;

    /** What it was given and may not have answered. Owned by the pool's thread. */
    final List<InFlight> given = new ArrayList<>(1);

    /** Pauses and their ends, one after the other: work waits for the last. Owned by the pool's thread. */
    CompletableFuture<Void> awake = CompletableFuture.completedFuture(null);

    /** Memory that it held when its init was over. */
    volatile long initBytes;
    /** What it holds beside that, as it was last told to the pool. */
    volatile long stateBytes;
    /** By a monotonic clock; 0 for never. */
    volatile long measuredMs;

    final AtomicBoolean measuring = new AtomicBoolean();

    /** Its end has been published. Owned by the pool's thread. */
    boolean saidRemoved;

    LiveContainer(String id, FunctionKey function, FunctionVersion version, long createdUs) {
        this.id = id;
        this.function = function;
        this.version = version;
        this.createdUs = createdUs;
    }

    /** What is printed from now on is this attempt's. Hot. */
    synchronized void begin(AttemptId attempt) {
        if (container != null) {
            container.log().begin(attempt);
        }
    }
}
