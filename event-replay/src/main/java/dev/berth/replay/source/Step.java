package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.schemas.Invocation;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What is done with a record of a replay's source. */
public sealed interface Step {
    /** Nothing. */
    record Leave(LeftOut why) implements Step {}

    /**
     * It runs.
     *
     * @param letter the dead letter that is redriven by it, to be marked
     */
    record Invoke(Invocation invocation, Optional<Letter> letter) implements Step {}

    /** It is put onto a topic, and not followed from there. */
    record PutBack(ProducerRecord<byte[], byte[]> record, Letter letter) implements Step {}

    /**
     * A dead letter.
     *
     * @param times how often it has been redriven by this
     * @param done whether this very redrive did it before it was interrupted
     */
    record Letter(String id, int times, boolean done) {}

    /** Decides for each record; one for each kind of source. */
    interface Source {
        Step step(ConsumerRecord<byte[], byte[]> row);
    }
}
