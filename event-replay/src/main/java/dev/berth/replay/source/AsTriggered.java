package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Repetition;
import dev.berth.replay.core.ReplayIds;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.EventShape;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Replay;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerRouting;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.ValueFormat;
import dev.berth.triggers.core.EventText;
import dev.berth.triggers.engine.Intake;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Gives a record to a function as a trigger gives it alone: the same shape, decoding, routing and filters. One thread. */
final class AsTriggered {
    private final Repetition repetition;
    private final Intake intake;
    private final EventText text;

    AsTriggered(Topics topics, Replay replay, Trigger rules) {
        this.repetition = new Repetition(replay);
        this.intake = new Intake(rules, topics.registry());
        this.text = new EventText(rules.getShape(), topics.kafka().bootstrapServers());
    }

    /** @param letter the dead letter that the record is of, if it is of one */
    Step step(ConsumerRecord<byte[], byte[]> row, Optional<Step.Letter> letter) {
        Intake.Verdict verdict = intake.of(row);
        if (!verdict.wanted()) {
            return new Step.Leave(LeftOut.FILTERED);
        }
        if (verdict.fault() != null) {
            return new Step.Leave(verdict.fault().equals("too-large") ? LeftOut.TOO_LARGE : LeftOut.UNREADABLE);
        }
        byte[] payload = text.of(List.of(verdict.record()));
        if (payload.length > Limits.ASYNC_PAYLOAD_BYTES) {
            return new Step.Leave(LeftOut.TOO_LARGE);
        }
        String coordinates = ReplayIds.coordinates(row.topic(), row.partition(), row.offset());
        return new Step.Invoke(
                repetition.ofRecord(coordinates, payload, verdict.record().routingValue()), letter);
    }

    /** The rules of a new trigger of a topic for what a replay runs. */
    static Trigger fresh(Replay replay, String topic) {
        return Trigger.newBuilder()
                .setTenant(replay.getTenant())
                .setUuid("")
                .setFunction(replay.getIntoFunction())
                .setTopics(List.of(topic))
                .setState(TriggerState.ENABLED)
                .setStart(StartingPosition.LATEST)
                .setRouting(TriggerRouting.RECORD_KEY)
                .setShape(EventShape.LAMBDA)
                .setValueFormat(ValueFormat.BYTES)
                .setCreatedMs(replay.getCreatedMs())
                .setModifiedMs(replay.getCreatedMs())
                .build();
    }
}
