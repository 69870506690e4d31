package dev.berth.replay.core;

import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which records of its source a replay does again. */
public final class Selection {
    private final Replay replay;

    public Selection(Replay replay) {
        this.replay = replay;
    }

    /** Whether it depends on how the originals ended. */
    public boolean asksForOutcomes() {
        return replay.getOutcome() != ReplayOutcome.ANY;
    }

    /**
     * Why a past invocation is not done again; empty if it is.
     *
     * @param timestampMs of its record
     * @param succeeded how it ended, if that is known
     */
    public Optional<LeftOut> of(Invocation invocation, long timestampMs, Optional<Boolean> succeeded) {
        if (!invocation.getTenant().equals(replay.getTenant())) {
            return Optional.of(LeftOut.OTHER_TENANT);
        }
        if (isOtherTime(timestampMs)) {
            return Optional.of(LeftOut.OTHER_TIME);
        }
        if (isOther(replay.getFunction(), invocation.getFunction())) {
            return Optional.of(LeftOut.OTHER_FUNCTION);
        }
        if (isOther(replay.getKey(), invocation.getRoutingValue())) {
            return Optional.of(LeftOut.OTHER_KEY);
        }
        if (invocation.getReplayOf() != null) {
            return Optional.of(LeftOut.REPETITION);
        }
        if (invocation.getExplainOnly()) {
            return Optional.of(LeftOut.EXPLANATION);
        }
        if (asksForOutcomes()) {
            if (succeeded.isEmpty()) {
                return Optional.of(LeftOut.NO_OUTCOME);
            }
            if (succeeded.get() != (replay.getOutcome() == ReplayOutcome.SUCCEEDED)) {
                return Optional.of(LeftOut.OTHER_OUTCOME);
            }
        }
        return invocation.getPayload().remaining() > Limits.ASYNC_PAYLOAD_BYTES
                ? Optional.of(LeftOut.TOO_LARGE)
                : Optional.empty();
    }

    /** The same of a record of an event topic. */
    public Optional<LeftOut> ofRecord(byte[] key, long timestampMs) {
        if (isOtherTime(timestampMs)) {
            return Optional.of(LeftOut.OTHER_TIME);
        }
        String text = key == null ? null : new String(key, StandardCharsets.UTF_8);
        return isOther(replay.getKey(), text) ? Optional.of(LeftOut.OTHER_KEY) : Optional.empty();
    }

    /**
     * The same of a dead letter.
     *
     * @param key the routing value of the invocation in it, or its record's key
     * @param redriven its mark, if it was redriven
     */
    public Optional<LeftOut> ofLetter(
            DeadLetter letter, Optional<String> key, long timestampMs, Optional<Redrive> redriven) {
        if (!DeadLetters.tenant(letter).equals(replay.getTenant())) {
            return Optional.of(LeftOut.OTHER_TENANT);
        }
        if (isOtherTime(timestampMs)) {
            return Optional.of(LeftOut.OTHER_TIME);
        }
        if (isOther(replay.getFunction(), letter.getFunction())) {
            return Optional.of(LeftOut.OTHER_FUNCTION);
        }
        if (isOther(replay.getReason(), letter.getReason())) {
            return Optional.of(LeftOut.OTHER_REASON);
        }
        if (isOther(replay.getSourceTopic(), letter.getSourceTopic())) {
            return Optional.of(LeftOut.OTHER_SOURCE);
        }
        if (isOther(replay.getKey(), key.orElse(null))) {
            return Optional.of(LeftOut.OTHER_KEY);
        }
        // One that this redrive did itself, before it was interrupted, is not left out: it is counted.
        boolean before = redriven.isPresent() && !redriven.get().getReplayId().equals(replay.getId());
        return before && !replay.getAgain() ? Optional.of(LeftOut.REDRIVEN) : Optional.empty();
    }

    /** The bytes of a buffer. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private boolean isOtherTime(long timestampMs) {
        return timestampMs < replay.getFromMs() || timestampMs >= replay.getToMs();
    }

    private static boolean isOther(String wanted, String given) {
        return wanted != null && !wanted.equals(given);
    }
}
