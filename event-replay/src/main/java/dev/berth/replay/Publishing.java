package dev.berth.replay;

import dev.berth.replay.read.Topics;
import dev.berth.replay.source.Step;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.routing.Partitions;
import dev.berth.triggers.Tables;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one replay sends. Used by the replay's thread; acknowledgements come on the producer's. */
final class Publishing {
    private static final Logger log = LoggerFactory.getLogger(Publishing.class);

    private final Topics topics;
    private final Replay replay;
    private final Tables tables;
    private final Producer<byte[], byte[]> producer;
    private final AvroCodec<Invocation> invocations;
    private final AvroCodec<Redrive> redrives;
    private final AvroCodec<ReplayStatus> statuses;
    private final Queue<ProducerRecord<byte[], byte[]>> due = new ConcurrentLinkedQueue<>();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underway = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Publishing(Topics topics, Replay replay, Tables tables, Producer<byte[], byte[]> producer) {
        this.topics = topics;
        this.replay = replay;
        this.tables = tables;
        this.producer = producer;
        this.invocations = topics.catalogue().invocations().codec(topics.registry());
        this.redrives = topics.catalogue().redrives().codec(topics.registry());
        this.statuses = topics.catalogue().replayStatus().codec(topics.registry());
    }

    /** Publishes an invocation, where the router looks for it, and then the mark of its letter. */
    void invoke(Step.Invoke step) {
        Invocation invocation = step.invocation();
        boolean limited = tables.function(invocation.getTenant(), invocation.getFunction())
                .map(spec -> spec.getReservedConcurrency() != null)
                .orElse(false);
        var topic = topics.catalogue().invocations();
        var record = new ProducerRecord<>(
                topic.name(),
                Partitions.of(invocation, limited, topic.partitions()),
                Partitions.keyText(invocation).getBytes(StandardCharsets.UTF_8),
                invocations.encode(invocation));
        send(record, () -> step.letter().ifPresent(letter -> due.add(mark(letter, invocation.getId()))));
    }

    /** The record of a letter was put back, or its topic does not take it. */
    record Arrival(String letter, boolean taken) {}

    /** Puts a record back onto its topic, and then the mark of its letter. What becomes of it comes by {@link #arrival}. */
    void putBack(Step.PutBack step) {
        String letter = step.letter().id();
        Runnable arrived = () -> {
            due.add(mark(step.letter(), null));
            arrivals.add(new Arrival(letter, true));
        };
        send(step.record(), arrived, e -> {
            if (e instanceof RetriableException) {
                failed(e);
            } else {
                log.warn("A topic does not take the record of a dead letter back letter={}: {}", letter, e.toString());
                arrivals.add(new Arrival(letter, false));
            }
        });
    }

    /** The next record that was put back, or not; null if there is none. */
    Arrival arrival() {
        return arrivals.poll();
    }

    /** Says how far the replay is. */
    void status(ReplayStatus status) {
        send(
                new ProducerRecord<>(topics.catalogue().replayStatus().name(), key(replay), statuses.encode(status)),
                () -> {});
    }

    /** Whether everything that is to be sent has arrived. */
    boolean isAcknowledged() {
        return underway.get() == 0 && due.isEmpty();
    }

    /**
     * Sends the marks of what has arrived. Not from the acknowledgement: on the producer's thread, a send that needs to know of a topic
     * would wait for itself.
     *
     * @throws KafkaException if anything went wrong since it was last called
     */
    void goOn() {
        for (ProducerRecord<byte[], byte[]> mark = due.poll(); mark != null; mark = due.poll()) {
            send(mark, () -> {});
        }
        Exception gone = failure.getAndSet(null);
        if (gone != null) {
            throw gone instanceof KafkaException kafka ? kafka : new KafkaException(gone);
        }
    }

    static byte[] key(Replay replay) {
        return (replay.getTenant() + '/' + replay.getId()).getBytes(StandardCharsets.UTF_8);
    }

    private ProducerRecord<byte[], byte[]> mark(Step.Letter letter, String invocationId) {
        Redrive mark = Redrive.newBuilder()
                .setReplayId(replay.getId())
                .setTimes(letter.times())
                .setInvocationId(invocationId)
                .setAtMs(System.currentTimeMillis())
                .build();
        return new ProducerRecord<>(
                topics.catalogue().redrives().name(),
                letter.id().getBytes(StandardCharsets.UTF_8),
                redrives.encode(mark));
    }

    private void failed(Exception e) {
        failure.compareAndSet(null, e);
    }

    private void send(ProducerRecord<byte[], byte[]> record, Runnable then) {
        send(record, then, this::failed);
    }

    private void send(ProducerRecord<byte[], byte[]> record, Runnable then, Consumer<Exception> otherwise) {
        underway.incrementAndGet();
        producer.send(record, (at, e) -> {
            if (e == null) {
                then.run();
            } else {
                otherwise.accept(e);
            }
            underway.decrementAndGet();
        });
    }
}
