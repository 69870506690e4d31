package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Selection;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.Replay;
import dev.berth.schemas.Trigger;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of an event topic, given to the function as its trigger on that topic would; without one, as a new one would. */
final class TopicSource implements Step.Source {
    private final Selection selection;
    private final AsTriggered triggered;

    TopicSource(Topics topics, Replay replay, Optional<Trigger> trigger) {
        this.selection = new Selection(replay);
        this.triggered =
                new AsTriggered(topics, replay, trigger.orElseGet(() -> AsTriggered.fresh(replay, replay.getTopic())));
    }

    @Override
    public Step step(ConsumerRecord<byte[], byte[]> row) {
        Optional<LeftOut> why = selection.ofRecord(row.key(), row.timestamp());
        return why.isPresent() ? new Step.Leave(why.get()) : triggered.step(row, Optional.empty());
    }
}
