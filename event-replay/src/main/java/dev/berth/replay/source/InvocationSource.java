package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Repetition;
import dev.berth.replay.core.Selection;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Replay;
import dev.berth.schemas.UndecodableException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Past invocations. */
final class InvocationSource implements Step.Source {
    private final AvroCodec<Invocation> codec;
    private final Selection selection;
    private final Repetition repetition;
    private final Map<String, Boolean> endings;

    /** @param endings of the originals, if the replay chooses by them */
    InvocationSource(Topics topics, Replay replay, Map<String, Boolean> endings) {
        this.codec = topics.catalogue().invocations().codec(topics.registry());
        this.selection = new Selection(replay);
        this.repetition = new Repetition(replay);
        this.endings = endings;
    }

    @Override
    public Step step(ConsumerRecord<byte[], byte[]> row) {
        try {
            Invocation invocation = codec.decode(row.value());
            Optional<Boolean> succeeded = Optional.ofNullable(endings.get(invocation.getId()));
            Optional<LeftOut> why = selection.of(invocation, row.timestamp(), succeeded);
            return why.isPresent()
                    ? new Step.Leave(why.get())
                    : new Step.Invoke(repetition.of(invocation), Optional.empty());
        } catch (UndecodableException e) {
            return new Step.Leave(LeftOut.UNREADABLE);
        }
    }
}
