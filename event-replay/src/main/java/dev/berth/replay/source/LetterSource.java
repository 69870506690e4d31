package dev.berth.replay.source;

import dev.berth.replay.core.DeadLetters;
import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Repetition;
import dev.berth.replay.core.Selection;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.Replay;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.UndecodableException;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Letters;
import dev.berth.triggers.engine.Intake;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Dead letters. An invocation's runs again; a record of another topic goes back onto it, where whoever buried it reads it again, under
 * whatever rules there are now. Where the redrive says what is to run, that runs instead, as the trigger that buried it would run it.
 * A destination that could not be told is told again.
 */
final class LetterSource implements Step.Source {
    /** Of a record that was put back: the letter that it was. */
    static final String REDRIVE_OF = "berth-redrive-of";

    /** How routers and triggers say that a letter does not hold all of its record. */
    private static final String CUT = "too large for a dead letter";

    /** Of letters about destinations. Of an older one, what would have been told is not known; its function must not run for it. */
    private static final String UNTOLD = "destination-failed";

    private final Topics topics;
    private final Replay replay;
    private final AvroCodec<DeadLetter> codec;
    private final AvroCodec<Invocation> invocations;
    private final Selection selection;
    private final Repetition repetition;
    private final Map<String, Redrive> marks;
    private final KnownTopics known;
    private final Deployed deployed;
    private final Retelling retelling;
    private final Map<Trigger, AsTriggered> triggered = new HashMap<>();

    LetterSource(Topics topics, Replay replay, Map<String, Redrive> marks, KnownTopics known, Deployed deployed) {
        this.topics = topics;
        this.replay = replay;
        this.codec = topics.catalogue().deadLetters().codec(topics.registry());
        this.invocations = topics.catalogue().invocations().codec(topics.registry());
        this.selection = new Selection(replay);
        this.repetition = new Repetition(replay);
        this.marks = marks;
        this.known = known;
        this.deployed = deployed;
        this.retelling = new Retelling(topics, replay, known, deployed);
    }

    @Override
    public Step step(ConsumerRecord<byte[], byte[]> row) {
        DeadLetter letter;
        try {
            letter = codec.decode(row.value());
        } catch (UndecodableException e) {
            return new Step.Leave(LeftOut.UNREADABLE);
        }
        Optional<Invocation> invocation = invocation(letter);
        String id = DeadLetters.id(row.partition(), row.offset());
        Optional<Redrive> mark = Optional.ofNullable(marks.get(id));
        Optional<LeftOut> why = selection.ofLetter(letter, key(letter, invocation), row.timestamp(), mark);
        if (why.isPresent()) {
            return new Step.Leave(why.get());
        }
        boolean done =
                mark.filter(made -> made.getReplayId().equals(replay.getId())).isPresent();
        int times = mark.map(Redrive::getTimes).orElse(0) + (done ? 0 : 1);
        return redriven(row, letter, invocation, new Step.Letter(id, times, done));
    }

    private Step redriven(
            ConsumerRecord<byte[], byte[]> row,
            DeadLetter letter,
            Optional<Invocation> invocation,
            Step.Letter marked) {
        if (letter.getTelling() != null) {
            return retelling.step(row, letter, marked);
        }
        if (letter.getMessage().contains(CUT) || letter.getReason().equals(UNTOLD)) {
            return new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
        if (invocation.isPresent()) {
            // A letter that nobody could read when it was buried may be anybody's.
            return invocation.get().getTenant().equals(replay.getTenant())
                    ? new Step.Invoke(repetition.of(invocation.get()), Optional.of(marked))
                    : new Step.Leave(LeftOut.OTHER_TENANT);
        }
        if (letter.getSourceTopic().equals(topics.catalogue().invocations().name())) {
            // It holds no invocation that could run anywhere; its topic it can go back to.
            return replay.getIntoFunction() == null ? putBack(letter, marked) : new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
        if (letter.getSourceTopic().startsWith(topics.catalogue().prefix())) {
            return new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
        return replay.getIntoFunction() == null
                ? putBack(letter, marked)
                : triggered
                        .computeIfAbsent(rules(row, letter), rules -> new AsTriggered(topics, replay, rules))
                        .step(record(letter), Optional.of(marked));
    }

    /** In which form a record is given to what runs instead: as by the trigger that buried it, if it is still there. */
    private Trigger rules(ConsumerRecord<byte[], byte[]> row, DeadLetter letter) {
        String tenant = DeadLetters.tenant(letter);
        String topic = letter.getSourceTopic();
        return Letters.trigger(row.headers())
                .flatMap(uuid -> deployed.trigger(tenant, uuid))
                .or(() -> deployed.trigger(tenant, replay.getIntoFunction(), topic))
                .orElseGet(() -> AsTriggered.fresh(replay, topic));
    }

    private Step putBack(DeadLetter letter, Step.Letter marked) {
        int partitions = known.partitions(letter.getSourceTopic());
        if (partitions == 0) {
            return new Step.Leave(LeftOut.NOT_REDRIVABLE);
        }
        Integer partition = letter.getSourcePartition() < partitions ? letter.getSourcePartition() : null;
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                letter.getSourceTopic(),
                partition,
                null,
                bytes(letter.getKey()),
                bytes(letter.getValue()),
                headers(letter));
        record.headers().add(REDRIVE_OF, marked.id().getBytes(StandardCharsets.UTF_8));
        if (letter.getFunction() != null) {
            record.headers()
                    .add(
                            Intake.REDRIVE_FOR,
                            (DeadLetters.tenant(letter) + '/' + letter.getFunction()).getBytes(StandardCharsets.UTF_8));
        }
        return new Step.PutBack(record, marked);
    }

    /** The record as it lay at its source. */
    private static ConsumerRecord<byte[], byte[]> record(DeadLetter letter) {
        byte[] key = bytes(letter.getKey());
        byte[] value = bytes(letter.getValue());
        return new ConsumerRecord<>(
                letter.getSourceTopic(),
                letter.getSourcePartition(),
                letter.getSourceOffset(),
                letter.getSourceTimestampMs(),
                TimestampType.CREATE_TIME,
                key == null ? 0 : key.length,
                value == null ? 0 : value.length,
                key,
                value,
                headers(letter),
                Optional.empty());
    }

    /** Without what an earlier redrive added. */
    private static Headers headers(DeadLetter letter) {
        Headers headers = new RecordHeaders();
        for (DeadLetterHeader header : letter.getHeaders()) {
            if (!header.getName().equals(REDRIVE_OF) && !header.getName().equals(Intake.REDRIVE_FOR)) {
                headers.add(header.getName(), bytes(header.getValue()));
            }
        }
        return headers;
    }

    /** The invocation that a letter is about, if it is about one that can be read. */
    private Optional<Invocation> invocation(DeadLetter letter) {
        if (!letter.getSourceTopic().equals(topics.catalogue().invocations().name())) {
            return Optional.empty();
        }
        try {
            Invocation invocation = invocations.decode(bytes(letter.getValue()));
            if (invocation.getId().isEmpty()) {
                // What it was buried for; where it lay stands for it.
                invocation.setId(letter.getSourcePartition() + "-" + letter.getSourceOffset());
            }
            return Optional.of(invocation);
        } catch (UndecodableException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> key(DeadLetter letter, Optional<Invocation> invocation) {
        return invocation.isPresent()
                ? invocation.map(Invocation::getRoutingValue)
                : Optional.ofNullable(bytes(letter.getKey())).map(key -> new String(key, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
