package dev.berth.router.streams;

import dev.berth.router.core.Decision;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import dev.berth.schemas.Command;
import dev.berth.schemas.CommandKind;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** What records say of an invocation that somebody cancels. Pure. */
final class CancelRecords {
    /** Error type of a result that is not the function's doing, nor Berth's. */
    static final String CANCELLED = "Cancelled";

    /** Why the decision log has an order to end an attempt. */
    private static final String ASKED = "cancelled";

    private CancelRecords() {}

    /** What a command asks; empty if it is of a kind that this version does not know. */
    static Optional<RouterEvent> event(Command command) {
        return command.getKind() == CommandKind.CANCEL
                ? Optional.of(new RouterEvent.CancelAsked(
                        command.getInvocationId(), command.getTenant(), command.getReason()))
                : Optional.empty();
    }

    /** The order to end an attempt. It needs to say which, not what that was given. */
    static Dispatch order(Invocation invocation, long publishedUs, InFlight flight, int partition, long nowUs) {
        Invocation bare = Invocation.newBuilder(invocation)
                .setPayload(ByteBuffer.allocate(0))
                .setHeaders(Map.of())
                .build();
        Dispatch order = Records.dispatch(
                bare,
                publishedUs,
                flight,
                Decision.without(ASKED, flight.sent().instanceId()),
                new RouterAction.Order(0, false, true, null, null),
                partition,
                nowUs);
        order.setCancel(true);
        return order;
    }

    /** Of one of which no attempt runs. */
    static Result result(Invocation invocation, long publishedUs, InFlight flight, String message, long nowUs) {
        return Records.base(invocation, publishedUs, nowUs)
                .setAttempt(flight.attempt())
                .setStatus(ResultStatus.CANCELLED)
                .setErrorType(CANCELLED)
                .setErrorMessage(message)
                .build();
    }
}
