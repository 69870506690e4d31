package dev.berth.replay.core;

import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayMarks;
import dev.berth.schemas.ReplaySource;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** What a replay runs: the original under an id of its own, marked, without what only the original could be given. */
public final class Repetition {
    private final Replay replay;

    public Repetition(Replay replay) {
        this.replay = replay;
    }

    /**
     * Of a past invocation. Nobody waits for it, it has no deadline and starts now; a container that it named is gone or somebody
     * else's by now, and so is the invocation that started it.
     */
    public Invocation of(Invocation original) {
        Invocation.Builder again = Invocation.newBuilder(original)
                .setReplyTo(null)
                .setDeadlineMs(null)
                .setNotBeforeMs(null)
                .setParent(null)
                .setContainerId(null)
                .setSameContainerAs(null)
                .setPinPolicy(PinPolicy.PREFER);
        if (original.getBusyPolicy() == BusyPolicy.FAIL) {
            // Its container being busy at another moment is no result of the function.
            again.setBusyPolicy(BusyPolicy.WAIT);
        }
        if (replay.getIntoFunction() != null) {
            again.setFunction(replay.getIntoFunction()).setQualifier(replay.getIntoQualifier());
        } else if (replay.getIntoQualifier() != null) {
            again.setQualifier(replay.getIntoQualifier());
        }
        return marked(again, original.getId(), original.getHeaders());
    }

    /**
     * Of a record of an event topic.
     *
     * @param coordinates as {@link ReplayIds#coordinates} writes them
     * @param payload the event, in the form in which a trigger would give it
     * @param routingValue null for none
     */
    public Invocation ofRecord(String coordinates, byte[] payload, String routingValue) {
        Invocation.Builder again = Invocation.newBuilder()
                .setTenant(replay.getTenant())
                .setFunction(replay.getIntoFunction())
                .setQualifier(replay.getIntoQualifier())
                .setRoutingValue(routingValue)
                .setPayload(ByteBuffer.wrap(payload));
        return marked(again, coordinates, Map.of());
    }

    private Invocation marked(Invocation.Builder again, String original, Map<String, String> headers) {
        Map<String, String> marks = new HashMap<>(headers);
        marks.put(ReplayMarks.REPLAY_ID, replay.getId());
        if (replay.getSuppressSideEffects()) {
            marks.put(ReplayMarks.SUPPRESS_SIDE_EFFECTS, "true");
        }
        boolean redrive = replay.getSource() == ReplaySource.DEAD_LETTERS;
        return again.setId(ReplayIds.of(replay.getId(), original))
                .setReplayOf(original)
                .setOrigin(redrive ? ReplayMarks.REDRIVE_ORIGIN : ReplayMarks.ORIGIN)
                .setHeaders(marks)
                .setMaxRetries(replay.getMaxRetries() < 0 ? null : replay.getMaxRetries())
                .build();
    }
}
