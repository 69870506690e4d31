package dev.berth.replay.read;

import dev.berth.replay.core.Comparison;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How the originals of a replay ended, by their ids; for a replay that chooses by it. */
public final class OriginalEndings {
    private static final Duration POLL = Duration.ofMillis(200);

    /** What fits into memory; a replay of more is to be made of parts. */
    private static final int MOST = 3_000_000;

    private OriginalEndings() {}

    /** There are more outcomes than are looked at. */
    public static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("More than " + MOST + " invocations ended in the time of this range. Replay it in parts.");
        }
    }

    /**
     * Reads all outcomes of the originals' time.
     *
     * @param goOn asked now and then; false gives up, and what is known until then is the answer
     * @throws TooMany if they are too many
     * @throws RangeReader.RangeGone if they are not there any more
     */
    public static Map<String, Boolean> read(Topics topics, String client, Replay replay, BooleanSupplier goOn) {
        AvroCodec<Outcome> codec = topics.catalogue().outcomes().codec(topics.registry());
        Map<String, Boolean> endings = new HashMap<>();
        try (RangeReader outcomes = new RangeReader(
                topics.kafka(),
                client,
                topics.catalogue().outcomes().name(),
                replay.getOutcomes(),
                ReplayRange::getFromOffset)) {
            while (!outcomes.isAtEnd() && goOn.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> row : outcomes.poll(POLL)) {
                    OutcomeReader.decoded(codec, row)
                            .filter(outcome -> outcome.getResult().getTenant().equals(replay.getTenant()))
                            .ifPresent(
                                    outcome -> endings.put(outcome.getInvocationId(), Comparison.succeeded(outcome)));
                    if (endings.size() > MOST) {
                        throw new TooMany();
                    }
                }
            }
        }
        return endings;
    }
}
