package dev.berth.replay.source;

import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Selection;
import dev.berth.replay.core.Window;
import dev.berth.replay.read.OriginalEndings;
import dev.berth.replay.read.RangeReader;
import dev.berth.replay.read.RedriveMarks;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayRange;
import dev.berth.triggers.KnownTopics;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The sources there are. Blocks. */
public final class Sources {
    private static final Duration POLL = Duration.ofMillis(200);

    private Sources() {}

    /**
     * The source of a replay, with all that it must know beforehand.
     *
     * @param client names its Kafka clients
     * @param goOn asked now and then; false gives up
     */
    public static Step.Source of(
            Topics topics, String client, Replay replay, KnownTopics known, Deployed deployed, BooleanSupplier goOn) {
        return switch (replay.getSource()) {
            case INVOCATIONS ->
                new InvocationSource(
                        topics,
                        replay,
                        new Selection(replay).asksForOutcomes()
                                ? OriginalEndings.read(topics, client, replay, goOn)
                                : Map.of());
            case DEAD_LETTERS -> new LetterSource(topics, replay, RedriveMarks.read(topics, client), known, deployed);
            case TOPIC ->
                new TopicSource(
                        topics,
                        replay,
                        deployed.trigger(replay.getTenant(), replay.getIntoFunction(), replay.getTopic()));
            case UNKNOWN -> throw new RangeReader.RangeGone("This Berth knows no such source of replays.");
        };
    }

    /**
     * What a replay would do, by the same decisions; nothing is sent. {@code published} is what would run.
     *
     * @throws RangeReader.RangeGone if its source is not there
     * @throws OriginalEndings.TooMany if too much would have to be looked at
     */
    public static ReplayCounts count(
            Topics topics, String client, Replay replay, Admin admin, Deployed deployed, BooleanSupplier goOn) {
        Step.Source source = of(topics, client, replay, new KnownTopics(admin), deployed, goOn);
        ReplayCounts counts = Window.none();
        Set<String> seen = new HashSet<>();
        try (RangeReader records = new RangeReader(
                topics.kafka(), client, replay.getTopic(), replay.getRanges(), ReplayRange::getFromOffset)) {
            while (!records.isAtEnd() && goOn.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> row : records.poll(POLL)) {
                    count(source.step(row), counts, seen);
                }
            }
        }
        return counts;
    }

    private static void count(Step step, ReplayCounts counts, Set<String> seen) {
        if (step instanceof Step.Leave leave) {
            counts.getLeftOut().merge(leave.why().word(), 1L, Long::sum);
        } else if (step instanceof Step.PutBack) {
            counts.setPutBack(counts.getPutBack() + 1);
        } else if (step instanceof Step.Invoke invoke) {
            if (seen.add(invoke.invocation().getId())) {
                counts.setPublished(counts.getPublished() + 1);
            } else {
                counts.getLeftOut().merge(LeftOut.DUPLICATE.word(), 1L, Long::sum);
            }
        }
    }
}
