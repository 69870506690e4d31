package dev.berth.executor;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what the fleet says and what is deployed, from the beginning, on a thread of its own. */
final class ControlReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL = Duration.ofMillis(250);
    /** What is refused is refused again at once: a user without the right, say. */
    private static final long RETRY_MS = 1_000;

    private final TopicPartition fleet;
    private final TopicPartition functions;
    private final AvroCodec<Assignment> assignments;
    private final AvroCodec<FunctionSpec> specs;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<Assignment> whenAssigned;
    private final PoolLoop pool;
    private final Runnable whenCaughtUp;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param whenAssigned gets every assignment, of other instances too, on this reader's thread
     * @param whenCaughtUp called once, when all that was deployed before has been handed to the pool
     */
    ControlReader(ExecutorConfig config, PoolLoop pool, Consumer<Assignment> whenAssigned, Runnable whenCaughtUp) {
        this.fleet = new TopicPartition(config.topics().fleet().name(), 0);
        this.functions = new TopicPartition(config.topics().functions().name(), 0);
        this.assignments = config.topics().fleet().codec(config.registry());
        this.specs = config.topics().functions().codec(config.registry());
        this.whenAssigned = whenAssigned;
        this.whenCaughtUp = whenCaughtUp;
        this.pool = pool;
        this.consumer = new KafkaConsumer<>(
                config.kafka().consumer("berth-control-" + config.instanceId()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.thread = new Thread(this::loop, "berth-" + config.instanceId() + "-control");
        thread.start();
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        boolean caughtUp = false;
        Map<TopicPartition, Long> ends = null;
        try (consumer) {
            consumer.assign(List.of(fleet, functions));
            consumer.seekToBeginning(List.of(fleet, functions));
            while (closing.getCount() > 0) {
                try {
                    if (ends == null) {
                        ends = consumer.endOffsets(List.of(fleet, functions));
                    }
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        take(record);
                    }
                    if (!caughtUp && hasReached(ends)) {
                        caughtUp = true;
                        whenCaughtUp.run();
                    }
                } catch (WakeupException e) {
                    log.debug("Woken to close");
                } catch (InterruptException e) {
                    throw e;
                } catch (KafkaException e) {
                    log.warn("Fleet and functions cannot be read now cause={}; trying again", e.toString());
                    closing.await(RETRY_MS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasReached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(fleet.topic())) {
                if (record.value() != null) {
                    whenAssigned.accept(assignments.decode(record.value()));
                }
            } else if (record.value() != null) {
                pool.deployed(specs.decode(record.value()));
            } else if (record.key() != null) {
                String[] name = new String(record.key(), StandardCharsets.UTF_8).split("/", 2);
                if (name.length == 2) {
                    pool.deleted(name[0], name[1]);
                }
            }
        } catch (UndecodableException e) {
            log.error(
                    "A record cannot be read: skipped topic={} offset={} cause={}",
                    record.topic(),
                    record.offset(),
                    e.getMessage());
        }
    }
}
