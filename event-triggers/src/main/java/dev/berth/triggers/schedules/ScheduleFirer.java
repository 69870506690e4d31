package dev.berth.triggers.schedules;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.UndecodableException;
import dev.berth.schemas.routing.Partitions;
import dev.berth.schemas.schedules.DueFirings;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Tables;
import dev.berth.triggers.TriggersConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires schedules that are due, if it is the one of the group {@code <prefix>schedules} that has the topic of schedules. Whoever gets
 * the topic reads all of it, and what was fired last; nothing is committed. A firing is acknowledged before it is noted as fired, so
 * that a crash between the two fires it again: for a function that is the same invocation, which runs once.
 *
 * <p>One thread.
 */
public final class ScheduleFirer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ScheduleFirer.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration READ = Duration.ofMillis(100);
    private static final long SEND_SECONDS = 15;
    private static final long PAUSE_MS = 1_000;
    private static final long STOP_MS = 10_000;

    private final TriggersConfig config;
    private final Tables tables;
    private final KnownTopics topics;
    private final Producer<byte[], byte[]> producer;
    private final Clock clock;
    private final AvroCodec<Schedule> schedules;
    private final AvroCodec<ScheduleStatus> statuses;
    private final AvroCodec<Invocation> invocations;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** What this process knows while it has the topic; empty else. */
    private final Map<String, Schedule> known = new HashMap<>();

    private final Map<String, ScheduleStatus> fired = new HashMap<>();
    /** When to look at a schedule again; none for those that are never due. */
    private final Map<String, Instant> nextLook = new HashMap<>();

    /** Where the topic ended when it was assigned: nothing is fired before that has been read. Negative while it is another's. */
    private long readUntil = -1;

    /** Begins to fire once the tables are read. The producer stays the caller's. */
    public ScheduleFirer(
            TriggersConfig config, Tables tables, KnownTopics topics, Producer<byte[], byte[]> producer, Clock clock) {
        this.config = config;
        this.tables = tables;
        this.topics = topics;
        this.producer = producer;
        this.clock = clock;
        this.schedules = config.topics().schedules().codec(config.registry());
        this.statuses = config.topics().scheduleStatus().codec(config.registry());
        this.invocations = config.topics().invocations().codec(config.registry());
        Map<String, Object> settings = config.kafka().consumer("berth-schedules-" + config.worker());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.topics().scheduleGroup());
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "berth-schedules");
        thread.setDaemon(true);
        tables.ready().thenRun(thread::start);
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

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(config.topics().schedules().name()), new Ownership());
            while (!isClosed()) {
                try {
                    consumer.poll(POLL).forEach(this::take);
                    if (isRead()) {
                        fireDue();
                    }
                } catch (WakeupException e) {
                    // Only close wakes it.
                } catch (KafkaException | SchemaRegistry.RegistryException e) {
                    // What is due stays due.
                    log.warn("Schedules cannot be looked at now, and are again in a moment: {}", e.toString());
                    pause();
                }
            }
        } catch (RuntimeException e) {
            log.error("Schedules are fired no more by this process; start it again", e);
        }
    }

    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            if (assigned.isEmpty()) {
                return;
            }
            forget();
            consumer.seekToBeginning(assigned);
            long end = consumer.endOffsets(assigned).values().iterator().next();
            readStatuses();
            readUntil = end;
            log.info("Fires schedules worker={}", config.worker());
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            forget();
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            forget();
        }
    }

    private void forget() {
        known.clear();
        fired.clear();
        nextLook.clear();
        readUntil = -1;
    }

    private boolean isRead() {
        return readUntil >= 0
                && consumer.assignment().stream().allMatch(partition -> consumer.position(partition) >= readUntil);
    }

    private void take(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            return;
        }
        String key = new String(row.key(), StandardCharsets.UTF_8);
        put(known, key, row, schedules);
        // It may be another one, or due at other times.
        nextLook.put(key, Instant.MIN);
    }

    /** What was fired last, by whoever had the topic before. */
    private void readStatuses() {
        TopicPartition partition =
                new TopicPartition(config.topics().scheduleStatus().name(), 0);
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                config.kafka().consumer("berth-schedule-status-" + config.worker()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long end = reader.endOffsets(List.of(partition)).get(partition);
            while (reader.position(partition) < end && !isClosed()) {
                for (ConsumerRecord<byte[], byte[]> row : reader.poll(READ)) {
                    if (row.key() != null) {
                        put(fired, new String(row.key(), StandardCharsets.UTF_8), row, statuses);
                    }
                }
            }
        }
    }

    private void fireDue() {
        Instant now = clock.instant();
        for (String key : List.copyOf(nextLook.keySet())) {
            if (isClosed() || nextLook.get(key).isAfter(now)) {
                continue;
            }
            Schedule schedule = known.get(key);
            Optional<Instant> next = schedule == null ? Optional.empty() : look(key, schedule, now);
            if (next.isPresent()) {
                nextLook.put(key, next.get());
            } else {
                nextLook.remove(key);
            }
        }
    }

    /** Fires a schedule if it is due, and says when to look again. */
    private Optional<Instant> look(String key, Schedule schedule, Instant now) {
        ScheduleStatus last = Optional.ofNullable(fired.get(key))
                .filter(status -> status.getCreatedMs() == schedule.getCreatedMs())
                .orElse(null);
        DueFirings due;
        try {
            due = DueFirings.of(schedule, last == null ? 0 : last.getDueMs(), now.toEpochMilli());
        } catch (IllegalArgumentException e) {
            log.warn("Schedule {} cannot be read, and is not fired: {}", key, e.getMessage());
            return Optional.empty();
        }
        if (due.due().isPresent()) {
            ScheduleStatus.Builder status = ScheduleStatus.newBuilder()
                    .setTenant(schedule.getTenant())
                    .setName(schedule.getName())
                    .setCreatedMs(schedule.getCreatedMs())
                    .setDueMs(due.due().get().toEpochMilli())
                    .setFiredMs(now.toEpochMilli())
                    .setFirings((last == null ? 0 : last.getFirings()) + (due.fires() ? 1 : 0))
                    .setMissed((last == null ? 0 : last.getMissed()) + due.passedOver());
            if (due.fires()) {
                fire(new Firing(schedule, due.due().get()), status);
            }
            ScheduleStatus written = status.build();
            fired.put(key, written);
            acked(new ProducerRecord<>(
                    config.topics().scheduleStatus().name(),
                    0,
                    key.getBytes(StandardCharsets.UTF_8),
                    statuses.encode(written)));
        }
        return due.next();
    }

    private void fire(Firing firing, ScheduleStatus.Builder status) {
        Schedule schedule = firing.schedule();
        if (schedule.getFunction() != null) {
            Optional<FunctionSpec> spec = tables.function(schedule.getTenant(), schedule.getFunction());
            if (spec.isEmpty()) {
                refused(firing, status, "There is no function " + schedule.getFunction() + ". Deploy it.");
                return;
            }
            Invocation invocation = firing.invocation();
            boolean meetsAtFunction = spec.get().getReservedConcurrency() != null;
            int partitions = config.topics().invocations().partitions();
            acked(new ProducerRecord<>(
                    config.topics().invocations().name(),
                    Partitions.of(invocation, meetsAtFunction, partitions),
                    Partitions.keyText(invocation).getBytes(StandardCharsets.UTF_8),
                    invocations.encode(invocation)));
            status.setInvocationId(invocation.getId());
        } else if (topics.partitions(schedule.getTopic()) == 0) {
            refused(firing, status, "There is no topic " + schedule.getTopic() + ". Create it.");
        } else {
            RecordMetadata at = acked(firing.event());
            status.setPartition(at.partition()).setOffset(at.offset());
        }
    }

    private static void refused(Firing firing, ScheduleStatus.Builder status, String why) {
        log.warn(
                "A schedule could not be fired tenant={} schedule={} due={}: {}",
                firing.schedule().getTenant(),
                firing.schedule().getName(),
                firing.due(),
                why);
        status.setError(why).setFirings(status.getFirings() - 1).setMissed(status.getMissed() + 1);
    }

    private RecordMetadata acked(ProducerRecord<byte[], byte[]> row) {
        try {
            return producer.send(row).get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Topic " + row.topic() + " does not take it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
            throw new KafkaException("Interrupted", e);
        }
    }

    private static <T extends SpecificRecord> void put(
            Map<String, T> table, String key, ConsumerRecord<byte[], byte[]> row, AvroCodec<T> codec) {
        if (row.value() == null) {
            table.remove(key);
            return;
        }
        try {
            table.put(key, codec.decode(row.value()));
        } catch (UndecodableException e) {
            log.warn(
                    "A row that cannot be read is passed over topic={} offset={} key={}: {}",
                    row.topic(),
                    row.offset(),
                    key,
                    e.getMessage());
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    /** Ends early when it is closed. */
    private void pause() {
        try {
            closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
