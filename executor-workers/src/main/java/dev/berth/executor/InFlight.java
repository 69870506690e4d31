package dev.berth.executor;

import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.StartPath;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.ResultStatus;
import java.nio.ByteBuffer;

/**
 * An attempt from its dispatch to its result, with all that the pool need not know. Written by one thread at a time: the
 * reader of dispatches makes it, the pool's thread owns it, and the event loop fills in the answer before it tells the pool.
 */
final class InFlight {
    final Dispatch dispatch;
    final AttemptId id;
    final long receivedUs;

    volatile long startedUs;
    long initUs;
    /** The part of it until the container's first process ran. */
    long createUs;
    /** When a container that was ready was chosen for it. */
    long givenUs;
    /** How that container came; null as long as none is chosen. */
    StartPath path;

    /** The container that it was given to last; null as long as to none. Owned by the pool's thread. */
    String containerId;

    /** What the container reported; null as long as it has not. */
    volatile Answer answer;

    /** The function's answer, or its error. */
    record Answer(
            ResultStatus status,
            String errorType,
            String errorMessage,
            ByteBuffer payload,
            String logTail,
            long endedUs) {}

    InFlight(Dispatch dispatch, long receivedUs) {
        this.dispatch = dispatch;
        this.id = new AttemptId(dispatch.getInvocation().getId(), dispatch.getAttempt());
        this.receivedUs = receivedUs;
    }

    FunctionKey function() {
        Invocation invocation = dispatch.getInvocation();
        return new FunctionKey(invocation.getTenant(), invocation.getFunction(), dispatch.getRevision());
    }
}
