package dev.berth.router.streams;

import dev.berth.router.core.Decision;
import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.Pin;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Timings;
import java.util.ArrayList;
import java.util.List;

/** Between the records of the topics and the values of the core. Pure. */
final class Records {
    private Records() {}

    static Request request(Invocation invocation, long publishedMs) {
        return new Request(
                invocation.getId(),
                invocation.getTenant(),
                invocation.getFunction(),
                invocation.getQualifier(),
                invocation.getRoutingValue(),
                invocation.getReplyTo() != null,
                publishedMs,
                invocation.getDeadlineMs() == null ? 0 : invocation.getDeadlineMs(),
                invocation.getPayload().remaining(),
                invocation.getContainerId() != null || invocation.getSameContainerAs() != null);
    }

    static RouterEvent.ResultArrived resultArrived(Result result) {
        RouterEvent.Ending ending = switch (result.getStatus()) {
            case SUCCEEDED -> RouterEvent.Ending.SUCCEEDED;
            case FUNCTION_ERROR, CONTAINER_EXITED, INIT_FAILED, UNKNOWN -> RouterEvent.Ending.FAILED;
            case TIMED_OUT -> RouterEvent.Ending.TIMED_OUT;
            case REJECTED -> RouterEvent.Ending.REJECTED;
            case BOUNCED -> RouterEvent.Ending.BOUNCED;
        };
        int load = result.getLoad() == null
                ? 0
                : result.getLoad().getRunning() + result.getLoad().getQueued();
        return new RouterEvent.ResultArrived(
                result.getInvocationId(),
                result.getAttempt(),
                result.getInstanceId() == null ? "" : result.getInstanceId(),
                result.getEpoch(),
                result.getContainerId(),
                ending,
                result.getErrorType(),
                load,
                result.getTimings().getEndedUs());
    }

    static Dispatch dispatch(
            Invocation invocation, long publishedUs, InFlight flight, Decision decision, int partition, long nowUs) {
        List<Candidate> candidates = new ArrayList<>(decision.candidates().size());
        for (Decision.Candidate candidate : decision.candidates()) {
            candidates.add(new Candidate(candidate.instanceId(), candidate.score(), null));
        }
        return Dispatch.newBuilder()
                .setInvocation(invocation)
                .setAttempt(flight.attempt())
                .setInstanceId(flight.instanceId())
                .setEpoch(flight.epoch())
                .setRouterPartition(partition)
                .setFunctionVersion(flight.version().name())
                .setRevision(flight.version().revision())
                .setContainerId(flight.containerId())
                .setReplaced(flight.replaced())
                .setPublishedUs(publishedUs)
                .setRoutedUs(nowUs)
                .setDecision(dev.berth.schemas.Decision.newBuilder()
                        .setReason(decision.reason().word())
                        .setCandidates(candidates)
                        .build())
                .build();
    }

    static InFlightRecord inFlightRecord(Invocation invocation, long publishedUs, InFlight flight) {
        FunctionView.Version version = flight.version();
        return InFlightRecord.newBuilder()
                .setInvocation(invocation)
                .setPublishedUs(publishedUs)
                .setArrivedMs(flight.arrivedMs())
                .setAttempt(flight.attempt())
                .setInstanceId(flight.instanceId())
                .setEpoch(flight.epoch())
                .setSlot(flight.slot())
                .setContainerId(flight.containerId())
                .setFunctionVersion(version == null ? null : version.name())
                .setRevision(version == null ? 0L : version.revision())
                .setReplaced(flight.replaced())
                .setBounces(flight.bounces())
                .setNotBeforeMs(flight.notBeforeMs())
                .setPast(past(flight))
                .build();
    }

    static InFlight inFlight(InFlightRecord record) {
        List<InFlight.PastAttempt> past = new ArrayList<>();
        for (AttemptSummary attempt : record.getPast()) {
            past.add(new InFlight.PastAttempt(
                    attempt.getAttempt(),
                    attempt.getInstanceId(),
                    attempt.getContainerId(),
                    attempt.getStatus() == ResultStatus.BOUNCED
                            ? RouterEvent.Ending.BOUNCED
                            : RouterEvent.Ending.FAILED,
                    attempt.getErrorType(),
                    attempt.getEndedUs()));
        }
        return new InFlight(
                request(record.getInvocation(), Micros.toMillis(record.getPublishedUs())),
                record.getAttempt(),
                record.getInstanceId(),
                record.getEpoch(),
                record.getSlot(),
                record.getContainerId(),
                record.getFunctionVersion() == null
                        ? null
                        : new FunctionView.Version(record.getFunctionVersion(), record.getRevision()),
                record.getReplaced(),
                record.getBounces(),
                record.getNotBeforeMs(),
                record.getArrivedMs(),
                past);
    }

    static Outcome outcome(Invocation invocation, InFlight flight, Result result, long nowUs) {
        List<AttemptSummary> attempts = past(flight);
        if (flight.isDispatched()) {
            attempts.add(new AttemptSummary(
                    result.getAttempt(),
                    result.getInstanceId(),
                    result.getContainerId(),
                    result.getStatus(),
                    result.getErrorType(),
                    result.getTimings().getEndedUs()));
        }
        return new Outcome(
                result.getInvocationId(),
                status(result.getStatus()),
                result,
                attempts,
                invocation.getOrigin(),
                invocation.getReplayOf(),
                invocation.getParent(),
                nowUs);
    }

    static Result rejection(
            Invocation invocation, long publishedUs, InFlight flight, RouterAction.Rejection rejection, long nowUs) {
        return Result.newBuilder()
                .setInvocationId(invocation.getId())
                .setAttempt(flight.attempt())
                .setTenant(invocation.getTenant())
                .setFunction(invocation.getFunction())
                .setRoutingValue(invocation.getRoutingValue())
                .setStatus(ResultStatus.REJECTED)
                .setErrorType(rejection.errorType())
                .setErrorMessage(rejection.message())
                .setTimings(Timings.newBuilder()
                        .setPublishedUs(publishedUs)
                        .setRoutedUs(nowUs)
                        .build())
                .build();
    }

    static dev.berth.schemas.Pin pinRecord(RouterAction.SavePin save, String routingKey) {
        Pin pin = save.pin();
        return dev.berth.schemas.Pin.newBuilder()
                .setRoutingKey(routingKey)
                .setTenant(save.tenant())
                .setFunction(save.function())
                .setRoutingValue(save.routingValue())
                .setInstanceId(pin.instanceId())
                .setEpoch(pin.epoch())
                .setContainerId(pin.containerId())
                .setFunctionVersion(pin.version())
                .setRevision(pin.revision())
                .setLastUsedMs(pin.lastUsedMs())
                .build();
    }

    static Pin pin(dev.berth.schemas.Pin record) {
        return new Pin(
                record.getInstanceId(),
                record.getEpoch(),
                record.getContainerId(),
                record.getFunctionVersion(),
                record.getRevision(),
                record.getLastUsedMs());
    }

    private static OutcomeStatus status(ResultStatus status) {
        return switch (status) {
            case SUCCEEDED -> OutcomeStatus.SUCCEEDED;
            case TIMED_OUT -> OutcomeStatus.TIMED_OUT;
            case REJECTED -> OutcomeStatus.REJECTED;
            case FUNCTION_ERROR, CONTAINER_EXITED, INIT_FAILED, UNKNOWN, BOUNCED -> OutcomeStatus.FAILED;
        };
    }

    private static List<AttemptSummary> past(InFlight flight) {
        List<AttemptSummary> attempts = new ArrayList<>();
        for (InFlight.PastAttempt past : flight.past()) {
            attempts.add(new AttemptSummary(
                    past.attempt(),
                    past.instanceId(),
                    past.containerId(),
                    past.ending() == RouterEvent.Ending.BOUNCED ? ResultStatus.BOUNCED : ResultStatus.UNKNOWN,
                    past.errorType(),
                    past.endedUs()));
        }
        return attempts;
    }
}
