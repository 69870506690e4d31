package dev.berth.executor;

import dev.berth.executor.pool.Ending;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolLoad;
import dev.berth.executor.runtimeapi.ErrorObject;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Load;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.StartPath;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;

/** How the end of an attempt looks as a record. */
final class ResultForm {
    private ResultForm() {}

    static Result of(String instanceId, InFlight inFlight, PoolAction.Finish finish, String logTail, PoolLoad load) {
        Dispatch dispatch = inFlight.dispatch;
        Invocation invocation = dispatch.getInvocation();
        Result result = new Result();
        result.setInvocationId(invocation.getId());
        result.setAttempt(dispatch.getAttempt());
        result.setTenant(invocation.getTenant());
        result.setFunction(invocation.getFunction());
        result.setRoutingValue(invocation.getRoutingValue());
        result.setFunctionVersion(dispatch.getFunctionVersion());
        result.setRevision(dispatch.getRevision());
        result.setInstanceId(instanceId);
        result.setEpoch(dispatch.getEpoch());
        result.setContainerId(finish.containerId());
        result.setReuse(reuse(finish.reuse()));
        result.setStart(start(inFlight.path));
        result.setFirstOfKey(finish.firstOfKey());
        result.setLoad(load(load));
        result.setLogTail(logTail);
        long endedUs = ending(result, inFlight, finish.ending());
        result.setTimings(new Timings(
                dispatch.getPublishedUs(),
                dispatch.getRoutedUs(),
                inFlight.receivedUs,
                inFlight.startedUs,
                endedUs,
                inFlight.initUs,
                inFlight.createUs,
                inFlight.givenUs));
        return result;
    }

    static Load load(PoolLoad load) {
        return new Load(load.running(), load.queued(), load.containers(), load.usedMemoryMb(), load.idleMemoryMb());
    }

    private static long ending(Result result, InFlight inFlight, Ending ending) {
        if (ending instanceof Ending.Reported) {
            InFlight.Answer answer = inFlight.answer;
            result.setStatus(answer.status());
            result.setErrorType(answer.errorType());
            result.setErrorMessage(answer.errorMessage());
            result.setPayload(answer.payload());
            result.setLogTail(answer.logTail());
            return answer.endedUs();
        } else if (ending instanceof Ending.TimedOut timedOut) {
            fail(result, ResultStatus.TIMED_OUT, timedOut.errorType(), timedOut.message());
        } else if (ending instanceof Ending.ContainerExited exited) {
            fail(
                    result,
                    ResultStatus.CONTAINER_EXITED,
                    exited.errorType(),
                    "RequestId: " + result.getInvocationId() + " Error: " + exited.message());
        } else if (ending instanceof Ending.InitFailed failed) {
            fail(result, ResultStatus.INIT_FAILED, failed.errorType(), failed.message());
        } else if (ending instanceof Ending.Bounced bounced) {
            fail(result, ResultStatus.BOUNCED, errorType(bounced.why()), bounced.message());
        } else if (ending instanceof Ending.Cancelled cancelled) {
            fail(result, ResultStatus.CANCELLED, "Cancelled", cancelled.message());
        }
        return Micros.now();
    }

    private static void fail(Result result, ResultStatus status, String errorType, String message) {
        result.setStatus(status);
        result.setErrorType(errorType);
        result.setErrorMessage(message);
        if (status != ResultStatus.BOUNCED) {
            result.setPayload(ByteBuffer.wrap(ErrorObject.json(errorType, message)));
        }
    }

    private static String errorType(Ending.Why why) {
        return switch (why) {
            case UNABLE -> "Bounced";
            case BUSY -> "Busy";
            case GONE -> "Gone";
        };
    }

    private static StartPath start(dev.berth.executor.pool.StartPath path) {
        if (path == null) {
            return null;
        }
        return switch (path) {
            case WARM -> StartPath.WARM;
            case PREWARMED -> StartPath.PREWARMED;
            case COLD -> StartPath.COLD;
        };
    }

    private static Reuse reuse(dev.berth.executor.pool.Reuse reuse) {
        if (reuse == null) {
            return null;
        }
        return switch (reuse) {
            case WARM -> Reuse.WARM;
            case COLD -> Reuse.COLD;
            case PREWARMED -> Reuse.PREWARMED;
            case REPLACED -> Reuse.REPLACED;
            case SPILLED -> Reuse.SPILLED;
        };
    }
}
