package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.router.core.Foresight;
import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.Pin;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.Terms;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.KeyProfile;
import dev.berth.router.decisions.DecisionRecords;
import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KeyContainer;
import dev.berth.schemas.Load;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.ReplayMarks;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.ReuseForecast;
import dev.berth.schemas.Successor;
import dev.berth.schemas.Timings;
import dev.berth.schemas.retention.ReuseCurve;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Between the records of the topics and the values of the core. Pure. */
final class Records {
    private static final String TRIGGER = "trigger";

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
                Ask.Busy.valueOf(invocation.getBusyPolicy().name()),
                invocation.getPinPolicy() == PinPolicy.REQUIRE,
                invocation.getSameContainerAs(),
                invocation.getContainerId(),
                new Terms(
                        invocation.getNotBeforeMs() == null ? 0 : invocation.getNotBeforeMs(),
                        invocation.getPriority(),
                        invocation.getMaxRetries()));
    }

    static RouterEvent.ResultArrived resultArrived(Result result) {
        RouterEvent.Ending ending = switch (result.getStatus()) {
            case SUCCEEDED -> RouterEvent.Ending.SUCCEEDED;
            case FUNCTION_ERROR, CONTAINER_EXITED, INIT_FAILED, UNKNOWN -> RouterEvent.Ending.FAILED;
            case TIMED_OUT -> RouterEvent.Ending.TIMED_OUT;
            case REJECTED -> RouterEvent.Ending.REJECTED;
            case BOUNCED -> RouterEvent.Ending.BOUNCED;
            case CANCELLED -> RouterEvent.Ending.CANCELLED;
        };
        Timings timings = result.getTimings();
        boolean ran = timings.getStartedUs() > 0 && timings.getEndedUs() >= timings.getStartedUs();
        return new RouterEvent.ResultArrived(
                result.getInvocationId(),
                result.getAttempt(),
                result.getInstanceId() == null ? "" : result.getInstanceId(),
                result.getEpoch(),
                result.getContainerId(),
                ending,
                result.getErrorType(),
                result.getErrorMessage(),
                result.getReuse() == Reuse.REPLACED,
                result.getFirstOfKey(),
                ran ? (timings.getEndedUs() - timings.getStartedUs()) / 1_000.0 : -1,
                timings.getInitUs() / 1_000.0,
                result.getLoad() == null ? null : load(result.getLoad(), Micros.toMillis(timings.getEndedUs())),
                timings.getEndedUs());
    }

    static InstanceView.Load load(Load load, long saidMs) {
        return new InstanceView.Load(
                load.getRunning() + load.getQueued(), load.getUsedMemoryMb(), load.getIdleMemoryMb(), saidMs);
    }

    static Dispatch dispatch(
            Invocation invocation,
            long publishedUs,
            InFlight flight,
            dev.berth.router.core.Decision decision,
            RouterAction.Order order,
            int partition,
            long nowUs) {
        InFlight.Sent sent = flight.sent();
        ReuseCurve curve = order.curve();
        FunctionView.Version successor = order.successor();
        // Not by the builder, which looks at the schema for each field (JFR). A new field whose default is not null, 0
        // or false
        // must be set here; so it is below.
        Dispatch record = new Dispatch();
        record.setInvocation(invocation);
        record.setAttempt(flight.attempt());
        record.setInstanceId(sent.instanceId());
        record.setEpoch(sent.epoch());
        record.setRouterPartition(partition);
        record.setFunctionVersion(sent.version().name());
        record.setRevision(sent.version().revision());
        record.setContainerId(sent.containerId());
        record.setReplaced(flight.replaced());
        record.setPublishedUs(publishedUs);
        record.setRoutedUs(nowUs);
        record.setDecision(DecisionRecords.record(decision));
        record.setWaitUntilMs(order.waitUntilMs());
        record.setFresh(sent.joins());
        record.setStrict(sent.strict());
        record.setSpilled(order.spilled());
        record.setPrimary(order.primary());
        record.setCurve(curve == null ? null : new ReuseForecast(curve.scaleMs(), ByteBuffer.wrap(curve.encode())));
        record.setSuccessor(successor == null ? null : new Successor(successor.name(), successor.revision()));
        return record;
    }

    static InFlightRecord inFlightRecord(Invocation invocation, long publishedUs, InFlight flight) {
        InFlightRecord record = new InFlightRecord();
        record.setInvocation(invocation);
        record.setPublishedUs(publishedUs);
        record.setArrivedMs(flight.arrivedMs());
        record.setAttempt(flight.attempt());
        record.setReplaced(flight.replaced());
        record.setSpilling(flight.spilling());
        record.setBounces(flight.bounces());
        record.setNotBeforeMs(flight.notBeforeMs());
        record.setSequence(flight.sequence());
        record.setCancelled(flight.cancelled());
        record.setPast(past(flight));
        InFlight.Sent sent = flight.sent();
        if (sent != null) {
            record.setInstanceId(sent.instanceId());
            record.setEpoch(sent.epoch());
            record.setSlot(sent.slot());
            record.setContainerId(sent.containerId());
            record.setFunctionVersion(sent.version().name());
            record.setRevision(sent.version().revision());
            record.setMemoryMb(sent.version().memoryMb());
            record.setExpectedCold(sent.joins());
            record.setStrict(sent.strict());
            record.setUnkeyed(sent.unkeyed());
        }
        return record;
    }

    static InFlight inFlight(InFlightRecord record) {
        List<InFlight.PastAttempt> past = new ArrayList<>();
        for (AttemptSummary attempt : record.getPast()) {
            past.add(new InFlight.PastAttempt(
                    attempt.getAttempt(),
                    attempt.getInstanceId(),
                    attempt.getContainerId(),
                    ending(attempt),
                    attempt.getErrorType(),
                    attempt.getEndedUs()));
        }
        InFlight.Sent sent = record.getInstanceId() == null
                ? null
                : new InFlight.Sent(
                        record.getInstanceId(),
                        record.getEpoch(),
                        record.getSlot(),
                        record.getContainerId(),
                        record.getStrict(),
                        new FunctionView.Version(
                                record.getFunctionVersion(), record.getRevision(), record.getMemoryMb(), false),
                        record.getExpectedCold(),
                        record.getUnkeyed());
        return new InFlight(
                request(record.getInvocation(), Micros.toMillis(record.getPublishedUs())),
                record.getSequence(),
                record.getArrivedMs(),
                record.getAttempt(),
                sent,
                record.getReplaced(),
                record.getSpilling(),
                record.getBounces(),
                record.getNotBeforeMs(),
                past,
                record.getCancelled());
    }

    private static RouterEvent.Ending ending(AttemptSummary attempt) {
        return switch (attempt.getStatus()) {
            case BOUNCED -> RouterEvent.Ending.BOUNCED;
            case TIMED_OUT -> RouterEvent.Ending.TIMED_OUT;
            case UNKNOWN -> RouterEvent.Ending.LOST;
            default -> RouterEvent.Ending.FAILED;
        };
    }

    private static ResultStatus status(RouterEvent.Ending ending) {
        return switch (ending) {
            case BOUNCED -> ResultStatus.BOUNCED;
            case TIMED_OUT -> ResultStatus.TIMED_OUT;
            // Nobody knows how far it came.
            case LOST -> ResultStatus.UNKNOWN;
            case FAILED -> ResultStatus.FUNCTION_ERROR;
            case REJECTED -> ResultStatus.REJECTED;
            case CANCELLED -> ResultStatus.CANCELLED;
            case SUCCEEDED -> ResultStatus.SUCCEEDED;
        };
    }

    /**
     * How an invocation ended.
     *
     * @param destinations of its function; null for none
     */
    static Outcome outcome(
            Invocation invocation,
            InFlight flight,
            Result result,
            boolean deadLettered,
            Destinations destinations,
            long nowUs) {
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
        OutcomeStatus status = deadLettered ? OutcomeStatus.DEAD_LETTERED : status(result.getStatus());
        boolean told = isRoutersToBury(invocation) && destination(destinations, status) != null;
        return new Outcome(
                result.getInvocationId(),
                status,
                result,
                attempts,
                invocation.getOrigin(),
                invocation.getReplayOf(),
                invocation.getParent(),
                nowUs,
                told ? invocation : null,
                invocation.getReplyTo() != null);
    }

    /**
     * Whether nobody but the router knows what becomes of it if it fails: nobody waits for it, and neither a trigger nor a replay made
     * it. A trigger tries its records again, and tells of them or buries them, itself; a replay counts and compares, and what it
     * repeats was told and buried when it was done first.
     */
    static boolean isRoutersToBury(Invocation invocation) {
        return invocation.getReplyTo() == null
                && !TRIGGER.equals(invocation.getOrigin())
                && !ReplayMarks.ORIGIN.equals(invocation.getOrigin());
    }

    /** Where an ending is told; null for nowhere. Who cancels knows of it: that is neither success nor failure. */
    private static String destination(Destinations destinations, OutcomeStatus status) {
        if (destinations == null) {
            return null;
        }
        return switch (status) {
            case SUCCEEDED -> destinations.getOnSuccess();
            case FAILED, TIMED_OUT, REJECTED, DEAD_LETTERED -> destinations.getOnFailure();
            case CANCELLED, UNKNOWN -> null;
        };
    }

    static Result rejection(
            Invocation invocation, long publishedUs, InFlight flight, RouterAction.Rejection rejection, long nowUs) {
        return base(invocation, publishedUs, nowUs)
                .setAttempt(flight.attempt())
                .setStatus(ResultStatus.REJECTED)
                .setErrorType(rejection.errorType())
                .setErrorMessage(rejection.message())
                .build();
    }

    /** A result that is the router's own. */
    static Result.Builder base(Invocation invocation, long publishedUs, long nowUs) {
        return Result.newBuilder()
                .setInvocationId(invocation.getId())
                .setAttempt(0)
                .setTenant(invocation.getTenant())
                .setFunction(invocation.getFunction())
                .setRoutingValue(invocation.getRoutingValue())
                .setTimings(Timings.newBuilder()
                        .setPublishedUs(publishedUs)
                        .setRoutedUs(nowUs)
                        .build());
    }

    /** What the router answers who asks where an invocation would run. */
    static Result foresight(Invocation invocation, long publishedUs, Foresight foresight, long nowUs) {
        Result result = foresight.rejection() == null
                ? base(invocation, publishedUs, nowUs)
                        .setStatus(ResultStatus.SUCCEEDED)
                        .build()
                : base(invocation, publishedUs, nowUs)
                        .setStatus(ResultStatus.REJECTED)
                        .setErrorType(foresight.rejection().errorType())
                        .setErrorMessage(foresight.rejection().message())
                        .build();
        if (foresight.decision() != null) {
            // An Avro record's text is JSON.
            String json = "{\"decision\":" + DecisionRecords.record(foresight.decision()) + "}";
            result.setPayload(ByteBuffer.wrap(json.getBytes(UTF_8)));
        } else if (foresight.held() != null) {
            String json = "{\"held\":\"" + foresight.held().replace("\"", "'") + "\"}";
            result.setPayload(ByteBuffer.wrap(json.getBytes(UTF_8)));
        }
        return result;
    }

    static dev.berth.schemas.Pin pinRecord(RouterAction.SavePin save, String routingKey) {
        Pin pin = save.pin();
        Pin.Learned learned = pin.learned();
        List<KeyContainer> others = new ArrayList<>(pin.others().size());
        for (Pin.Other other : pin.others()) {
            others.add(new KeyContainer(other.instanceId(), other.epoch(), other.containerId()));
        }
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
                .setServiceMs(Double.isNaN(learned.serviceMs()) ? -1 : learned.serviceMs())
                .setColdMs(Double.isNaN(learned.coldMs()) ? -1 : learned.coldMs())
                .setIntervalsSeen(learned.profile().seen())
                .setIntervalMs(learned.profile().intervalMs())
                .setDeviationMs(learned.profile().deviationMs())
                .setLastArrivalMs(Double.isNaN(learned.lastArrivalMs()) ? 0 : (long) learned.lastArrivalMs())
                .setOthers(others)
                .build();
    }

    static Pin pin(dev.berth.schemas.Pin record) {
        List<Pin.Other> others = new ArrayList<>(record.getOthers().size());
        for (KeyContainer other : record.getOthers()) {
            others.add(new Pin.Other(other.getInstanceId(), other.getEpoch(), other.getContainerId()));
        }
        return new Pin(
                record.getInstanceId(),
                record.getEpoch(),
                record.getContainerId(),
                record.getFunctionVersion(),
                record.getRevision(),
                record.getLastUsedMs(),
                new Pin.Learned(
                        record.getServiceMs() < 0 ? Double.NaN : record.getServiceMs(),
                        record.getColdMs() < 0 ? Double.NaN : record.getColdMs(),
                        new KeyProfile(record.getIntervalsSeen(), record.getIntervalMs(), record.getDeviationMs()),
                        record.getLastArrivalMs() == 0 ? Double.NaN : record.getLastArrivalMs()),
                others);
    }

    private static OutcomeStatus status(ResultStatus status) {
        return switch (status) {
            case SUCCEEDED -> OutcomeStatus.SUCCEEDED;
            case TIMED_OUT -> OutcomeStatus.TIMED_OUT;
            case REJECTED -> OutcomeStatus.REJECTED;
            case CANCELLED -> OutcomeStatus.CANCELLED;
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
                    status(past.ending()),
                    past.errorType(),
                    past.endedUs()));
        }
        return attempts;
    }
}
