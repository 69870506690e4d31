package dev.berth.executor;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Micros;
import dev.berth.schemas.UndecodableException;
import dev.berth.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the dispatch partition that the fleet has given to this instance, on a thread of its own. Reads less while the pool
 * holds much: what bursts stays in Kafka.
 */
final class DispatchReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DispatchReader.class);
    // No dispatch of an epoch is older than its assignment, by the fleet's clock; this is for other clocks.
    private static final long CLOCK_SKEW_MS = 60_000;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(5);

    private final ExecutorConfig config;
    private final PoolLoop pool;
    private final Runnable whenReading;
    private final AvroCodec<Dispatch> codec;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AutoCloseable figures;
    private final Thread thread;
    private final BlockingQueue<Optional<Assignment>> wishes = new LinkedBlockingQueue<>();
    private volatile boolean closing;

    private Optional<Assignment> wish;
    private Assignment current;
    private TopicPartition partition;
    private boolean paused;

    /**
     * @param whenReading called when the position in a new slot is known
     */
    DispatchReader(ExecutorConfig config, PoolLoop pool, Runnable whenReading) {
        this.config = config;
        this.pool = pool;
        this.whenReading = whenReading;
        this.codec = config.topics().dispatch().codec(config.registry());
        Map<String, Object> settings = config.kafka().consumer("berth-dispatch-" + config.instanceId());
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.figures = config.telemetry().bind(consumer);
        this.thread = new Thread(this::loop, "berth-" + config.instanceId() + "-dispatch");
        thread.start();
    }

    /** Reads under this assignment from now on; null for none. Any thread. */
    void read(Assignment assignment) {
        wishes.add(Optional.ofNullable(assignment));
        consumer.wakeup();
    }

    @Override
    public void close() {
        closing = true;
        Telemetry.letGo(figures);
        read(null);
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try (consumer) {
            while (!closing) {
                step();
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException {
        try {
            hear(current == null ? POLL : Duration.ZERO);
            if (wish != null) {
                turnTo(wish.orElse(null));
                wish = null;
            }
            if (current != null) {
                for (ConsumerRecord<byte[], byte[]> dispatch : consumer.poll(paused ? POLL_WHILE_PAUSED : POLL)) {
                    take(dispatch);
                }
                match();
            }
        } catch (WakeupException e) {
            log.debug("Woken: something is wanted, and the next step looks");
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.warn(
                    "Dispatches cannot be read now instance={} partition={} cause={}; trying again",
                    config.instanceId(),
                    partition,
                    e.toString());
            hear(POLL);
        }
    }

    /** A later wish takes the place of one that could not be done yet. */
    private void hear(Duration atMost) throws InterruptedException {
        Optional<Assignment> heard = wishes.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (heard != null) {
            wish = heard;
        }
    }

    private void turnTo(Assignment target) {
        if (target == null) {
            consumer.unsubscribe();
        } else {
            partition = new TopicPartition(config.topics().dispatch().name(), target.getSlot());
            consumer.assign(List.of(partition));
            // The end first: a dispatch that is written between the two questions is found by one of the answers.
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            OffsetAndTimestamp since = consumer.offsetsForTimes(
                            Map.of(partition, target.getAssignedMs() - CLOCK_SKEW_MS))
                    .get(partition);
            consumer.seek(partition, since == null ? end : since.offset());
            paused = false;
        }
        current = target;
        if (target != null) {
            whenReading.run();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        long receivedUs = Micros.now();
        try {
            Dispatch dispatch = codec.decode(record.value());
            if (dispatch.getInstanceId().equals(config.instanceId()) && dispatch.getEpoch() == current.getEpoch()) {
                pool.dispatched(dispatch, receivedUs);
            }
        } catch (UndecodableException e) {
            log.error(
                    "A record on the dispatch topic is not a dispatch: skipped partition={} offset={} cause={}",
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    private void match() {
        if (!paused && pool.isOverfull()) {
            consumer.pause(List.of(partition));
            paused = true;
        } else if (paused && pool.hasRoom()) {
            consumer.resume(List.of(partition));
            paused = false;
        }
    }
}
