package dev.berth.triggers.engine;

import dev.berth.triggers.core.Ending;
import dev.berth.triggers.core.Flight;
import dev.berth.triggers.core.SourcePartition;
import dev.berth.triggers.core.SourceRecord;
import dev.berth.triggers.core.TriggerAction;
import java.util.List;

/** What other threads tell a worker. */
sealed interface Signal {
    /** An invocation has its outcome. */
    record Ended(String id, Ending ending) implements Signal {}

    /** Those who are told of records have been. */
    record Told(SourcePartition partition, List<SourceRecord> records) implements Signal {}

    /** An invocation is to be published once more: the brokers did not take it. */
    record NotPublished(Flight flight, Exception cause) implements Signal {}

    /** Somebody is to be told once more. */
    record NotTold(TriggerAction action, Exception cause) implements Signal {}
}
