package dev.berth.triggers.core;

import java.util.List;

/** What is to be done. The core hears of the end of each: of invocations by their outcomes, of the others by {@link TriggerCore#told}. */
public sealed interface TriggerAction {
    /** Publish an invocation. Once more with the same id does no harm. */
    record Invoke(Flight flight) implements TriggerAction {}

    /** Tell the destination of successes. */
    record TellSuccess(Flight flight, List<SourceRecord> records, Ending ending) implements TriggerAction {}

    /**
     * Tell the destination of failures, or the dead letters, of a record that is given up.
     *
     * @param reason a word for machines
     * @param message what happened and what to do
     * @param invocationId the last that held it; null for none
     * @param attempts how often it failed
     * @param ending of that invocation; null for none
     */
    record GiveUp(
            SourcePartition partition,
            SourceRecord record,
            String reason,
            String message,
            String invocationId,
            int attempts,
            Ending ending)
            implements TriggerAction {}
}
