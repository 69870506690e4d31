package dev.berth.replay;

import dev.berth.replay.read.RangeReader;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayRange;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.ReplayWanted;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic of replays while the group gives it to this process, and has each run that is wanted. One thread; each run has its
 * own beside it.
 *
 * <p>Nothing is committed: whoever gets the topic reads it from its beginning, and the statuses to their end, before it starts any.
 */
final class Owner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Owner.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PAUSE_MS = 1_000;
    private static final long STOP_MS = 10_000;

    /** A replay that is there, and what is known of it. */
    private static final class Known {
        private Replay replay;
        private ReplayStatus status;
        private Run run;
        private Thread thread;
    }

    private final Topics topics;
    private final int atATime;
    private final Producer<byte[], byte[]> producer;
    private final Run.Parts parts;
    private final TopicPartition replays;
    private final AvroCodec<Replay> replayCodec;
    private final AvroCodec<ReplayStatus> statusCodec;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Known> known = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private boolean mine;
    /** How far the topic must be read before anything starts: what was wanted once may not be any more. */
    private long caughtUpAt;

    private volatile String problem;

    Owner(ReplayConfig config, CompletableFuture<Void> start, Producer<byte[], byte[]> producer, Run.Parts parts) {
        this.topics = config.where();
        this.atATime = config.atATime();
        this.producer = producer;
        this.parts = parts;
        this.replays = new TopicPartition(config.topics().replays().name(), 0);
        this.replayCodec = config.topics().replays().codec(config.registry());
        this.statusCodec = config.topics().replayStatus().codec(config.registry());
        Map<String, Object> settings = config.kafka().consumer("berth-replay-owner-" + config.worker());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.topics().replayGroup());
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "berth-replay");
        thread.setDaemon(true);
        start.thenRun(thread::start);
    }

    List<String> problems() {
        String now = problem;
        return now == null ? List.of() : List.of(now);
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(replays.topic()), new Turns());
            while (!isClosed()) {
                try {
                    consumer.poll(POLL).forEach(this::take);
                    if (mine && consumer.position(replays) >= caughtUpAt) {
                        known.values().forEach(this::settle);
                        known.values().removeIf(each -> each.replay == null && each.run == null);
                        start();
                    }
                    problem = null;
                } catch (WakeupException e) {
                    // Only close wakes it.
                } catch (KafkaException | IllegalStateException | SchemaRegistry.RegistryException e) {
                    problem = "replays wait: " + e.getMessage();
                    log.warn("Replays wait: {}", e.toString());
                    pause();
                }
            }
            end();
        } catch (RuntimeException e) {
            problem = "replays are carried out no more by this process; start it again: " + e;
            log.error("Replays are carried out no more by this process; start it again", e);
            end();
        }
    }

    /** The topic comes to this process, and leaves it. Called within the poll. */
    private final class Turns implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            if (given.contains(replays)) {
                log.info("Replays are carried out by this process from now on");
                end();
                readStatuses();
                caughtUpAt = consumer.endOffsets(List.of(replays)).get(replays);
                consumer.seekToBeginning(List.of(replays));
                mine = true;
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            if (taken.contains(replays)) {
                end();
            }
        }
    }

    private void readStatuses() {
        TopicPartition at = new TopicPartition(topics.catalogue().replayStatus().name(), 0);
        long end;
        try (KafkaConsumer<byte[], byte[]> asks = new KafkaConsumer<>(
                topics.kafka().consumer("berth-replay-statuses"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            end = asks.endOffsets(List.of(at)).get(at);
        }
        try (RangeReader rows = new RangeReader(
                topics.kafka(),
                "berth-replay-statuses",
                at.topic(),
                List.of(new ReplayRange(0, 0L, end)),
                ReplayRange::getFromOffset)) {
            while (!rows.isAtEnd()) {
                for (ConsumerRecord<byte[], byte[]> row : rows.poll(POLL)) {
                    of(row).status = decoded(row, statusCodec);
                }
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> row) {
        of(row).replay = decoded(row, replayCodec);
    }

    private Known of(ConsumerRecord<byte[], byte[]> row) {
        String key = row.key() == null ? "" : new String(row.key(), StandardCharsets.UTF_8);
        return known.computeIfAbsent(key, first -> new Known());
    }

    private static <T extends org.apache.avro.specific.SpecificRecord> T decoded(
            ConsumerRecord<byte[], byte[]> row, AvroCodec<T> codec) {
        if (row.value() == null) {
            return null;
        }
        try {
            return codec.decode(row.value());
        } catch (UndecodableException e) {
            log.warn("A row that cannot be read counts as deleted topic={} offset={}", row.topic(), row.offset());
            return null;
        }
    }

    /** Ends a run that is not wanted any more, and notes what became of one that ended. */
    private void settle(Known each) {
        if (each.run != null) {
            if (each.run.isOver()) {
                each.status = each.run.status();
                each.run = null;
                if (each.replay == null) {
                    forget(each.status);
                }
            } else if (each.replay == null) {
                each.run.close();
            } else if (each.replay.getWanted() == ReplayWanted.STOPPED) {
                each.run.stop();
            }
        } else if (each.replay == null) {
            if (each.status != null) {
                forget(each.status);
                each.status = null;
            }
        } else if (each.replay.getWanted() == ReplayWanted.STOPPED && !isSettled(each, ReplayState.STOPPED)) {
            Run never = new Run(each.replay, each.status, parts);
            never.stop();
            never.run();
            each.status = never.status();
        }
    }

    private static boolean isSettled(Known each, ReplayState wanted) {
        return each.status != null && (each.status.getState() == wanted || each.status.getState() == ReplayState.DONE);
    }

    private void start() {
        long going = known.values().stream().filter(each -> each.run != null).count();
        List<Known> due = known.values().stream()
                .filter(each -> each.run == null && each.replay != null && isDue(each))
                .sorted(Comparator.comparing(each -> each.replay.getCreatedMs()))
                .limit(Math.max(0, atATime - going))
                .toList();
        for (Known each : due) {
            log.info("Replay starts id={} tenant={}", each.replay.getId(), each.replay.getTenant());
            each.run = new Run(each.replay, each.status, parts);
            each.thread = new Thread(each.run, "berth-replay-" + each.replay.getId());
            each.thread.setDaemon(true);
            each.thread.start();
        }
    }

    private static boolean isDue(Known each) {
        if (each.replay.getWanted() != ReplayWanted.RUNNING) {
            return false;
        }
        if (each.status == null) {
            return true;
        }
        return switch (each.status.getState()) {
            case DONE -> false;
            // Somebody resumed it since.
            case FAILED -> each.replay.getModifiedMs() > each.status.getAtMs();
            case UNKNOWN, PREPARING, RUNNING, STOPPED -> true;
        };
    }

    private void forget(ReplayStatus status) {
        if (status != null) {
            byte[] key = (status.getTenant() + '/' + status.getId()).getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topics.catalogue().replayStatus().name(), key, null));
        }
    }

    /** Ends all runs, for another process to go on with them. */
    private void end() {
        mine = false;
        known.values().stream().filter(each -> each.run != null).forEach(each -> each.run.close());
        for (Known each : known.values()) {
            if (each.thread != null) {
                try {
                    each.thread.join(STOP_MS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    closing.countDown();
                }
            }
        }
        known.clear();
        producer.flush();
    }

    private void pause() {
        try {
            closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
