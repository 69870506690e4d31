package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Repetition;
import dev.berth.replay.core.ReplayIds;
import dev.berth.replay.core.Selection;
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

/**
 * Records of an event topic, each given to the function as its trigger on that topic would give it alone: the same shape, decoding,
 * routing and filters. Without such a trigger, as a new one would.
 */
final class TopicSource implements Step.Source {
    private final Selection selection;
    private final Repetition repetition;
    private final Intake intake;
    private final EventText text;

    TopicSource(Topics topics, Replay replay, Optional<Trigger> trigger) {
        Trigger rules = trigger.orElseGet(() -> fresh(replay));
        this.selection = new Selection(replay);
        this.repetition = new Repetition(replay);
        this.intake = new Intake(rules, topics.registry());
        this.text = new EventText(rules.getShape(), topics.kafka().bootstrapServers());
    }

    @Override
    public Step step(ConsumerRecord<byte[], byte[]> row) {
        Optional<LeftOut> why = selection.ofRecord(row.key(), row.timestamp());
        if (why.isPresent()) {
            return new Step.Leave(why.get());
        }
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
                repetition.ofRecord(coordinates, payload, verdict.record().routingValue()), Optional.empty());
    }

    private static Trigger fresh(Replay replay) {
        return Trigger.newBuilder()
                .setTenant(replay.getTenant())
                .setUuid("")
                .setFunction(replay.getIntoFunction())
                .setTopics(List.of(replay.getTopic()))
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
