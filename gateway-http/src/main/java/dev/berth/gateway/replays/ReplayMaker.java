package dev.berth.gateway.replays;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.replays.core.ReplayRequest;
import dev.berth.replay.read.Stretch;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayRange;
import dev.berth.schemas.ReplaySource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes a replay of a request: finds its topic and fixes its ranges. Blocks. */
final class ReplayMaker {
    /** What one replay reads: the ids of what it runs are held in memory. */
    private static final long MOST_RECORDS = 10_000_000;

    private final ReplayTopics known;

    ReplayMaker(ReplayTopics known) {
        this.known = known;
    }

    Replay make(ReplayRequest request) {
        Replay template = request.template();
        request.into().ifPresent(into -> requireFunction(template.getTenant(), into));
        if (request.into().isEmpty()
                && template.getFunction() != null
                && request.source() == ReplaySource.INVOCATIONS) {
            requireFunction(template.getTenant(), FunctionName.parse(template.getFunction(), null));
        }
        String topic = topic(request);
        Stretch.Found found = found(topic, request);
        if (found.records() > MOST_RECORDS) {
            throw ApiError.invalidParameter("The range holds " + found.records() + " records; a replay reads at most "
                            + MOST_RECORDS + ". Replay it in parts.")
                    .exception();
        }
        // After the source's ends: what it runs ends behind these.
        String outcomes = known.topics().catalogue().outcomes().name();
        boolean compares = request.source() == ReplaySource.INVOCATIONS;
        List<ReplayRange> endings = Stretch.whole(
                known.admin(), outcomes, compares ? request.stretch().fromMs() : OptionalLong.of(Long.MAX_VALUE));
        return Replay.newBuilder(template)
                .setTopic(topic)
                .setTopicId(found.topicId())
                .setRanges(found.ranges())
                .setOutcomes(endings)
                .build();
    }

    private String topic(ReplayRequest request) {
        var catalogue = known.topics().catalogue();
        String topic = switch (request.source()) {
            case INVOCATIONS, UNKNOWN -> catalogue.invocations().name();
            case DEAD_LETTERS -> catalogue.deadLetters().name();
            case TOPIC -> request.topic().orElseThrow();
        };
        if (request.source() == ReplaySource.TOPIC && topic.startsWith(catalogue.prefix())) {
            throw ApiError.invalidParameter("Topic " + topic + " is one of Berth's own. Past invocations are replayed"
                            + " with source invocations, dead letters with POST /dead-letters/redrive.")
                    .exception();
        }
        return topic;
    }

    private Stretch.Found found(String topic, ReplayRequest request) {
        ReplayRequest.Stretch asked = request.stretch();
        Stretch.Asked stretch = request.letter()
                .map(letter -> new Stretch.Asked(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(letter.offset()),
                        OptionalLong.of(letter.offset() + 1),
                        OptionalInt.of(letter.partition())))
                .orElseGet(() -> new Stretch.Asked(
                        asked.fromMs(), asked.toMs(), asked.fromOffset(), asked.toOffset(), asked.partition()));
        try {
            Optional<Stretch.Found> found = Stretch.of(known.admin(), topic, stretch);
            if (request.letter().isPresent()
                    && found.filter(there -> there.records() == 1).isEmpty()) {
                throw noLetter(request.letter().get());
            }
            return found.orElseThrow(
                    () -> ApiError.notFound("There is no topic " + topic + ".").exception());
        } catch (Stretch.NotThere e) {
            throw (request.letter().isPresent()
                            ? ApiError.notFound(e.getMessage())
                            : ApiError.invalidParameter(e.getMessage()))
                    .exception();
        } catch (IllegalStateException e) {
            throw ApiError.unavailable(e.getMessage() + ". Nothing was done; try again.")
                    .exception();
        }
    }

    static ApiException noLetter(ReplayRequest.Letter letter) {
        return ApiError.notFound("There is no dead letter " + letter.partition() + "-" + letter.offset()
                        + ", or not any more: they are kept for 30 days.")
                .exception();
    }

    private void requireFunction(String tenant, FunctionName name) {
        if (known.functions()
                .get(FunctionDeployer.key(tenant, name.name()))
                .filter(spec -> InvokeRequest.version(spec, name).isPresent())
                .isEmpty()) {
            throw name.notFound().exception();
        }
    }
}
