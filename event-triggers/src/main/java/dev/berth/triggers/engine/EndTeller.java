package dev.berth.triggers.engine;

import dev.berth.schemas.DeadLetterTelling;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Trigger;
import dev.berth.triggers.Letters;
import dev.berth.triggers.Telling;
import dev.berth.triggers.core.Destination;
import dev.berth.triggers.core.EndingReport;
import dev.berth.triggers.core.GivenUpReport;
import dev.berth.triggers.core.SourcePartition;
import dev.berth.triggers.core.SourceRecord;
import dev.berth.triggers.core.TriggerAction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Tells the destinations of a trigger, or the dead letters, how its records ended; the worker hears when it is done. What a
 * destination cannot be told is a dead letter. One thread calls; the producer's answers.
 */
final class EndTeller {
    private final Trigger trigger;
    private final String function;
    private final Telling telling;
    private final Letters letters;
    private final Publishing publishing;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<Signal> inbox;

    EndTeller(EngineContext context, Trigger trigger, Publishing publishing, Consumer<Signal> inbox) {
        this.trigger = trigger;
        this.function =
                trigger.getFunction() + ':' + (trigger.getQualifier() == null ? "$LATEST" : trigger.getQualifier());
        this.telling = new Telling(context.config(), context.topics());
        this.letters = new Letters(context.config());
        this.publishing = publishing;
        this.producer = context.producer();
        this.inbox = inbox;
    }

    void success(TriggerAction.TellSuccess action) {
        String id = action.flight().id();
        List<SourceRecord> records = action.records();
        byte[] request = publishing.payload(records);
        var news = new Untold(
                true,
                trigger.getOnSuccess(),
                new Telling.News("destination-" + id, trigger.getTenant(), id, null),
                mostBytes -> EndingReport.of(action.ending().outcome(), request, trigger.getQualifier(), mostBytes));
        tell(
                action,
                news,
                () -> inbox.accept(new Signal.Told(action.flight().partition(), records)),
                message -> bury(
                        action,
                        action.flight().partition(),
                        records.get(0),
                        records,
                        "destination-failed",
                        message + " The function succeeded; only its destination was not told.",
                        id,
                        action.flight().failures() + 1,
                        news.kept()));
    }

    void givenUp(TriggerAction.GiveUp action) {
        SourceRecord record = action.record();
        if (trigger.getOnFailure() == null) {
            bury(action, action.reason(), action.message(), null);
            return;
        }
        String id = action.partition().recordId(record);
        String parent = action.invocationId() == null ? id : action.invocationId();
        long nowMs = System.currentTimeMillis();
        var news = new Untold(
                false,
                trigger.getOnFailure(),
                new Telling.News("destination-" + id, trigger.getTenant(), parent, null),
                mostBytes -> GivenUpReport.of(action, function, nowMs, mostBytes));
        tell(
                action,
                news,
                () -> inbox.accept(new Signal.Told(action.partition(), List.of(record))),
                message -> bury(
                        action,
                        "destination-failed",
                        message + " It was given up for " + action.reason() + ": " + action.message(),
                        news.kept()));
    }

    private interface Report {
        byte[] of(int mostBytes);
    }

    /** What is to be told, and, if it cannot be, told again by a redrive of the letter about it. */
    private record Untold(boolean success, String to, Telling.News news, Report report) {
        DeadLetterTelling kept() {
            return DeadLetterTelling.newBuilder()
                    .setDestination(to)
                    .setSuccess(success)
                    .setParent(news.parent())
                    .setReport(ByteBuffer.wrap(report.of(Letters.MOST_REPORT_BYTES)))
                    .build();
        }
    }

    private void tell(TriggerAction action, Untold what, Runnable done, Consumer<String> untellable) {
        try {
            Destination destination = telling.destination(what.to());
            byte[] json = what.report().of(Telling.mostBytes(destination));
            producer.send(telling.of(destination, json, what.news()), (metadata, failure) -> {
                if (failure == null) {
                    done.run();
                } else if (failure instanceof RetriableException) {
                    inbox.accept(new Signal.NotTold(action, failure));
                } else {
                    untellable.accept("Destination " + what.to() + " refuses it: " + failure + '.');
                }
            });
        } catch (Telling.Untellable e) {
            untellable.accept(e.getMessage());
        } catch (KafkaException | IllegalStateException | SchemaRegistry.RegistryException e) {
            inbox.accept(new Signal.NotTold(action, e));
        }
    }

    private void bury(TriggerAction.GiveUp action, String reason, String message, DeadLetterTelling kept) {
        bury(
                action,
                action.partition(),
                action.record(),
                List.of(action.record()),
                reason,
                message,
                action.invocationId(),
                action.attempts(),
                kept);
    }

    private void bury(
            TriggerAction action,
            SourcePartition partition,
            SourceRecord record,
            List<SourceRecord> told,
            String reason,
            String message,
            String invocationId,
            int attempts,
            DeadLetterTelling kept) {
        RecordHeaders headers = new RecordHeaders();
        record.headers().forEach(header -> headers.add(header.name(), header.value()));
        ProducerRecord<byte[], byte[]> letter = letters.of(
                new Letters.Coordinates(record.topic(), record.partition(), record.offset(), record.timestampMs()),
                record.key(),
                record.value(),
                headers,
                new Letters.Why(reason, message, invocationId, trigger.getTenant(), trigger.getFunction(), attempts),
                kept);
        letter.headers().add(Letters.TRIGGER, trigger.getUuid().getBytes(StandardCharsets.UTF_8));
        try {
            producer.send(
                    letter,
                    (metadata, failure) -> inbox.accept(
                            failure == null ? new Signal.Told(partition, told) : new Signal.NotTold(action, failure)));
        } catch (KafkaException e) {
            inbox.accept(new Signal.NotTold(action, e));
        }
    }
}
