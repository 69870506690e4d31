package dev.berth.replay.source;

import dev.berth.replay.core.DeadLetters;
import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Repetition;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterTelling;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.Replay;
import dev.berth.schemas.Trigger;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Letters;
import dev.berth.triggers.Telling;
import dev.berth.triggers.TriggersConfig;
import dev.berth.triggers.core.Destination;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells a destination again that could not be told: the one that its trigger or function names now, or the one that it was if none is
 * named any more. Nothing runs again for it but a function that is the destination.
 */
final class Retelling {
    private final Replay replay;
    private final Deployed deployed;
    private final Telling telling;
    private final Repetition repetition;

    Retelling(Topics topics, Replay replay, KnownTopics known, Deployed deployed) {
        this.replay = replay;
        this.deployed = deployed;
        this.telling =
                new Telling(TriggersConfig.of(topics.kafka(), topics.registry(), topics.catalogue(), "replay"), known);
        this.repetition = new Repetition(replay);
    }

    /** @param row of the letter, which has a telling */
    Step step(ConsumerRecord<byte[], byte[]> row, DeadLetter letter, Step.Letter marked) {
        DeadLetterTelling kept = letter.getTelling();
        ByteBuffer report = kept.getReport() == null ? letter.getValue() : kept.getReport();
        if (report == null) {
            return new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
        byte[] json = new byte[report.remaining()];
        report.duplicate().get(json);
        String tenant = DeadLetters.tenant(letter);
        var news = new Telling.News("destination-" + kept.getParent(), tenant, kept.getParent(), kept.getChain());
        try {
            Destination destination = replay.getIntoFunction() != null
                    ? new Destination.Function(replay.getIntoFunction(), replay.getIntoQualifier())
                    : telling.destination(named(row, letter, tenant).orElse(kept.getDestination()));
            if (json.length > Telling.mostBytes(destination)) {
                return new Step.Leave(LeftOut.TOO_LARGE);
            }
            return destination instanceof Destination.Function function
                    ? new Step.Invoke(repetition.of(telling.invocation(function, json, news)), Optional.of(marked))
                    : new Step.PutBack(telling.of(destination, json, news), marked);
        } catch (Telling.Untellable e) {
            return new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
    }

    /** Who is to be told of such an ending now. */
    private Optional<String> named(ConsumerRecord<byte[], byte[]> row, DeadLetter letter, String tenant) {
        boolean success = letter.getTelling().getSuccess();
        Optional<String> uuid = Letters.trigger(row.headers());
        if (uuid.isPresent()) {
            return deployed.trigger(tenant, uuid.get()).map(success ? Trigger::getOnSuccess : Trigger::getOnFailure);
        }
        return deployed.function(tenant, letter.getFunction())
                .map(spec -> spec.getDestinations())
                .map(success ? Destinations::getOnSuccess : Destinations::getOnFailure);
    }
}
