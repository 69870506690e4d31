package dev.berth.gateway.replays.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayOutcome;
import dev.berth.schemas.ReplaySource;
import dev.berth.schemas.ReplayWanted;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks to have done again.
 *
 * @param topic that is read, if the source is one
 * @param letter the one dead letter that is meant, as partition and offset
 * @param into what runs
 * @param template the replay, without what only Kafka knows: topic and ranges
 */
public record ReplayRequest(
        ReplaySource source,
        Optional<String> topic,
        Stretch stretch,
        Optional<Letter> letter,
        Optional<FunctionName> into,
        boolean dryRun,
        Replay template) {
    private static final List<String> FIELDS = List.of(
            "source",
            "topic",
            "from",
            "to",
            "fromOffset",
            "toOffset",
            "partition",
            "function",
            "key",
            "outcome",
            "into",
            "ratePerSecond",
            "maxUnfinished",
            "maxRetries",
            "suppressSideEffects",
            "dryRun");
    private static final List<String> REDRIVE_FIELDS = List.of(
            "id",
            "from",
            "to",
            "function",
            "key",
            "reason",
            "sourceTopic",
            "into",
            "again",
            "ratePerSecond",
            "maxUnfinished",
            "suppressSideEffects",
            "dryRun");

    private static final Pattern LETTER = Pattern.compile("(\\d{1,9})-(\\d{1,18})");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final double MOST_PER_SECOND = 1_000_000;
    private static final int DEFAULT_UNFINISHED = 1_000;
    private static final int MOST_UNFINISHED = 100_000;
    private static final int MOST_RETRIES = 185;

    /** From when or where to when or where; of times and offsets, one may be given for each end. */
    public record Stretch(
            OptionalLong fromMs,
            OptionalLong toMs,
            OptionalLong fromOffset,
            OptionalLong toOffset,
            OptionalInt partition) {}

    /** A dead letter by where it lies. */
    public record Letter(int partition, long offset) {}

    /**
     * Reads a request for a replay.
     *
     * @throws ApiException if it asks for what cannot be
     */
    public static ReplayRequest replay(byte[] body, String tenant, String id, long nowMs) {
        RequestFields fields = RequestFields.parse(body, "A replay", FIELDS);
        ReplaySource source = switch (fields.text("source").orElse("invocations")) {
            case "invocations" -> ReplaySource.INVOCATIONS;
            case "topic" -> ReplaySource.TOPIC;
            default ->
                throw refuse("A replay's source must be invocations or topic. Dead letters are redriven:"
                        + " POST /dead-letters/redrive.");
        };
        Optional<String> topic = fields.text("topic");
        if (source == ReplaySource.TOPIC
                && topic.filter(name -> TOPIC.matcher(name).matches()).isEmpty()) {
            throw refuse("A replay of a topic needs its name, in the field topic.");
        }
        if (source != ReplaySource.TOPIC && topic.isPresent()) {
            throw refuse("A replay of past invocations has no topic. Set source to topic to replay an event topic.");
        }
        Stretch stretch = new Stretch(
                fields.moment("from"),
                fields.moment("to"),
                fields.number("fromOffset", 0, Long.MAX_VALUE),
                fields.number("toOffset", 0, Long.MAX_VALUE),
                whole(fields.number("partition", 0, Integer.MAX_VALUE)));
        if (stretch.fromMs().isEmpty() == stretch.fromOffset().isEmpty()) {
            throw refuse("Say from when a replay begins: from (a time) or fromOffset, one of them.");
        }
        if (stretch.toMs().isPresent() && stretch.toOffset().isPresent()) {
            throw refuse("Say until when a replay goes by to (a time) or toOffset, not by both.");
        }
        Optional<FunctionName> into = fields.text("into").map(text -> FunctionName.parse(text, null));
        if (source == ReplaySource.TOPIC && into.isEmpty()) {
            throw refuse("A replay of a topic needs a function to run: into.");
        }
        Replay.Builder template = common(fields, source, tenant, id, nowMs, into)
                .setOutcome(outcome(fields.text("outcome")))
                .setMaxRetries(
                        (int) fields.number("maxRetries", -1, MOST_RETRIES).orElse(0));
        if (source == ReplaySource.INVOCATIONS && template.getFunction() == null) {
            // Whatever ran before would otherwise be given to one function.
            into.ifPresent(function -> template.setFunction(function.name()));
        }
        return new ReplayRequest(
                source,
                topic,
                stretch,
                Optional.empty(),
                into,
                fields.flag("dryRun").orElse(false),
                template.build());
    }

    /**
     * Reads a request to redrive dead letters.
     *
     * @param letter the one that is meant, if it stands in the path
     * @throws ApiException if it asks for what cannot be
     */
    public static ReplayRequest redrive(byte[] body, Optional<Letter> letter, String tenant, String id, long nowMs) {
        RequestFields fields =
                RequestFields.parse(body.length == 0 ? new byte[] {'{', '}'} : body, "A redrive", REDRIVE_FIELDS);
        Optional<Letter> one = letter.or(() -> fields.text("id").map(ReplayRequest::letter));
        Stretch stretch = new Stretch(
                fields.moment("from"),
                fields.moment("to"),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty());
        Optional<FunctionName> into = fields.text("into").map(text -> FunctionName.parse(text, null));
        Replay.Builder template = common(fields, ReplaySource.DEAD_LETTERS, tenant, id, nowMs, into)
                .setReason(fields.text("reason").orElse(null))
                .setSourceTopic(fields.text("sourceTopic").orElse(null))
                .setMaxRetries(-1)
                // Who names one letter means it.
                .setAgain(fields.flag("again").orElse(false) || one.isPresent());
        return new ReplayRequest(
                ReplaySource.DEAD_LETTERS,
                Optional.empty(),
                stretch,
                one,
                into,
                fields.flag("dryRun").orElse(false),
                template.build());
    }

    /** A dead letter as its id names it. */
    public static Letter letter(String id) {
        Matcher matcher = LETTER.matcher(id);
        if (!matcher.matches()) {
            throw refuse(
                    "'" + (id.length() > 100 ? id.substring(0, 100) + "…" : id)
                            + "' is no id of a dead letter. It is partition-offset, such as 0-17; GET /dead-letters lists them.");
        }
        return new Letter(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    private static Replay.Builder common(
            RequestFields fields,
            ReplaySource source,
            String tenant,
            String id,
            long nowMs,
            Optional<FunctionName> into) {
        long fromMs = fields.moment("from").orElse(0);
        long toMs = fields.moment("to").orElse(Long.MAX_VALUE);
        if (fromMs >= toMs) {
            throw refuse("A replay's from must be before its to.");
        }
        return Replay.newBuilder()
                .setTenant(tenant)
                .setId(id)
                .setWanted(ReplayWanted.RUNNING)
                .setSource(source)
                .setTopic("")
                .setRanges(List.of())
                .setFromMs(fromMs)
                .setToMs(toMs)
                .setFunction(fields.text("function").orElse(null))
                .setKey(fields.text("key").orElse(null))
                .setIntoFunction(into.map(FunctionName::name).orElse(null))
                .setIntoQualifier(into.flatMap(FunctionName::qualifier).orElse(null))
                .setRatePerSecond(
                        fields.decimal("ratePerSecond", 0, MOST_PER_SECOND).orElse(0))
                .setMaxUnfinished(
                        (int) fields.number("maxUnfinished", 1, MOST_UNFINISHED).orElse(DEFAULT_UNFINISHED))
                .setSuppressSideEffects(fields.flag("suppressSideEffects").orElse(false))
                .setCreatedMs(nowMs)
                .setModifiedMs(nowMs);
    }

    private static ReplayOutcome outcome(Optional<String> word) {
        return switch (word.orElse("any").toLowerCase(Locale.ROOT)) {
            case "any" -> ReplayOutcome.ANY;
            case "succeeded" -> ReplayOutcome.SUCCEEDED;
            case "failed" -> ReplayOutcome.FAILED;
            default -> throw refuse("A replay's outcome must be succeeded, failed or any.");
        };
    }

    private static OptionalInt whole(OptionalLong number) {
        return number.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) number.getAsLong());
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
