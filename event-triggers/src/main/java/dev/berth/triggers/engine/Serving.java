package dev.berth.triggers.engine;

import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Trigger;
import dev.berth.triggers.core.Bottleneck;
import dev.berth.triggers.core.Flight;
import dev.berth.triggers.core.SourcePartition;
import dev.berth.triggers.core.TriggerAction;
import dev.berth.triggers.core.TriggerCore;
import dev.berth.triggers.core.TriggerRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer and a core at work for one trigger: records in, invocations out, endings in, offsets committed. All by the worker's
 * thread.
 */
final class Serving implements AutoCloseable {
    private static final int MOST_RECORDS = 500;
    /** What a consumer fetches ahead, beside what is held. */
    private static final int FETCH_BYTES = 2 * 1024 * 1024;

    private static final long IDLE_MS = 200;
    private static final long BUSY_MS = 4;
    private static final long RETRY_MS = 1_000;
    private static final int MOST_SIGNALS = 1_000;

    private final EngineContext context;
    private final Trigger trigger;
    private final BlockingQueue<Signal> inbox;
    private final StatusBoard board;
    private final TriggerCore core;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Holdings holdings;
    private final Intake intake;
    private final Publishing publishing;
    private final EndTeller teller;
    private final SourceTopics sources;
    private final List<Signal> later = new ArrayList<>();
    private long laterMs;
    private long held;
    private boolean missing;
    private String registryFault;
    private FunctionSpec spec;

    Serving(
            EngineContext context,
            Trigger trigger,
            TriggerRules rules,
            BlockingQueue<Signal> inbox,
            StatusBoard board,
            BooleanSupplier closed) {
        this.context = context;
        this.trigger = trigger;
        this.inbox = inbox;
        this.board = board;
        this.core = new TriggerCore(trigger.getUuid(), rules);
        this.intake = new Intake(trigger, context.config().registry());
        this.publishing = new Publishing(context, trigger, rules.batchSize() > 1, inbox::add);
        this.teller = new EndTeller(context, trigger, publishing, inbox::add);
        this.sources = new SourceTopics(context.topics(), trigger.getTopics());
        Map<String, Object> settings = context.config()
                .kafka()
                .consumer("berth-trigger-" + trigger.getUuid() + '-'
                        + context.config().worker());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, context.group(trigger.getUuid()));
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        // A topic that is made, or grows, is seen this soon.
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        boolean batches = rules.batchSize() > 1;
        boolean keepsSuccesses = rules.tellsSuccess() || rules.itemFailures();
        Takeover takeover = new Takeover(context, trigger, keepsSuccesses, batches, consumer, closed);
        this.holdings = new Holdings(core, consumer, takeover, context.feed(), batches);
        consumer.subscribe(trigger.getTopics(), holdings);
    }

    /**
     * Does what there is to do, and waits a little if that is nothing.
     *
     * @param paused nothing is to be invoked now
     * @param function null if there is none
     */
    void step(boolean paused, FunctionSpec function) {
        spec = function;
        boolean wasMissing = missing;
        missing = function == null;
        if (wasMissing && !missing) {
            core.hopeful();
        }
        if (paused || missing) {
            core.pause();
        } else {
            core.resume();
        }
        boolean hungry = feed();
        take(consumer.poll(Duration.ofMillis(hungry ? patienceMs() : 0)));
        listen(hungry ? 0 : patienceMs());
        long nowMs = System.currentTimeMillis();
        for (TriggerAction action : core.due(nowMs)) {
            carryOut(action, nowMs);
        }
        context.held().changed(held, core.heldBytes());
        held = core.heldBytes();
        holdings.commit(nowMs);
        say(paused, hungry, nowMs);
    }

    @Override
    public void close() {
        context.held().changed(held, 0);
        held = 0;
        holdings.commitAll();
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    }

    /** Lets the consumer read those partitions of which more is wanted; whether there are some. */
    private boolean feed() {
        boolean memory = context.held().allows(core.heldBytes());
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        boolean some = false;
        Set<TopicPartition> paused = consumer.paused();
        for (Map.Entry<TopicPartition, SourcePartition> each : holdings.all().entrySet()) {
            boolean wanted = memory && registryFault == null && core.wants(each.getValue());
            some |= wanted;
            if (wanted == paused.contains(each.getKey())) {
                (wanted ? resume : pause).add(each.getKey());
            }
        }
        if (!pause.isEmpty()) {
            consumer.pause(pause);
        }
        if (!resume.isEmpty()) {
            consumer.resume(resume);
        }
        return some || holdings.all().isEmpty();
    }

    private long patienceMs() {
        if (core.inFlight() > 0) {
            return BUSY_MS;
        }
        long untilMs =
                Math.min(core.nextDueMs(), later.isEmpty() ? Long.MAX_VALUE : laterMs) - System.currentTimeMillis();
        return Math.max(0, Math.min(IDLE_MS, untilMs));
    }

    private void take(ConsumerRecords<byte[], byte[]> rows) {
        long nowMs = System.currentTimeMillis();
        for (TopicPartition at : rows.partitions()) {
            SourcePartition partition = holdings.all().get(at);
            if (partition == null) {
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> row : rows.records(at)) {
                if (!take(at, partition, row, nowMs)) {
                    break;
                }
            }
        }
    }

    private boolean take(TopicPartition at, SourcePartition partition, ConsumerRecord<byte[], byte[]> row, long nowMs) {
        try {
            Intake.Verdict verdict = intake.of(row);
            if (verdict.fault() != null) {
                core.poisoned(partition, verdict.record(), verdict.fault(), verdict.message());
            } else if (verdict.wanted()) {
                core.read(partition, verdict.record(), nowMs);
            } else {
                core.filtered(partition, row.offset());
            }
            return true;
        } catch (SchemaRegistry.RegistryException e) {
            // The record is not at fault. It is read again when the registry may be back.
            registryFault = e.getMessage() + " The trigger waits for it.";
            laterMs = nowMs + RETRY_MS;
            consumer.seek(at, row.offset());
            return false;
        }
    }

    private void listen(long waitMs) {
        try {
            Signal signal = waitMs > 0 ? inbox.poll(waitMs, TimeUnit.MILLISECONDS) : inbox.poll();
            long nowMs = System.currentTimeMillis();
            for (int i = 0; signal != null && i < MOST_SIGNALS; i++) {
                hear(signal, nowMs);
                signal = inbox.poll();
            }
            if (signal != null) {
                hear(signal, nowMs);
            }
            if (nowMs >= laterMs && (!later.isEmpty() || registryFault != null)) {
                registryFault = null;
                List<Signal> due = List.copyOf(later);
                later.clear();
                due.forEach(each -> again(each, nowMs));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(Signal signal, long nowMs) {
        if (signal instanceof Signal.Ended ended) {
            core.ended(ended.id(), ended.ending(), nowMs);
        } else if (signal instanceof Signal.Told told) {
            core.told(told.partition(), told.records());
        } else {
            // Whatever hinders it now may not in a second.
            if (later.isEmpty()) {
                laterMs = nowMs + RETRY_MS;
            }
            later.add(signal);
        }
    }

    private void again(Signal signal, long nowMs) {
        if (signal instanceof Signal.NotPublished lost
                && holdings.has(lost.flight().partition())) {
            publish(lost.flight(), nowMs);
        } else if (signal instanceof Signal.NotTold lost) {
            carryOut(lost.action(), nowMs);
        }
    }

    private void carryOut(TriggerAction action, long nowMs) {
        if (action instanceof TriggerAction.Invoke invoke) {
            publish(invoke.flight(), nowMs);
        } else if (action instanceof TriggerAction.TellSuccess success
                && holdings.has(success.flight().partition())) {
            teller.success(success);
        } else if (action instanceof TriggerAction.GiveUp lost && holdings.has(lost.partition())) {
            teller.givenUp(lost);
        }
    }

    private void publish(Flight flight, long nowMs) {
        int tooLargeBytes = publishing.publish(flight, spec);
        if (tooLargeBytes > 0) {
            core.tooLarge(flight, Intake.tooLarge(tooLargeBytes), nowMs);
        }
    }

    private void say(boolean paused, boolean hungry, long nowMs) {
        if (!board.isDue(nowMs)) {
            return;
        }
        String error = error();
        Bottleneck bottleneck = error != null && !paused ? Bottleneck.ERROR : core.bottleneck();
        if (bottleneck == Bottleneck.NONE && !hungry) {
            bottleneck = Bottleneck.LIMIT;
        } else if (bottleneck == Bottleneck.NONE && holdings.lag() > 0) {
            bottleneck = Bottleneck.SOURCE;
        }
        board.say(
                new StatusBoard.News(
                        core.counts(), core.inFlight(), paused ? Bottleneck.PAUSED.word() : bottleneck.word(), error),
                holdings::places,
                holdings.all().size(),
                nowMs);
    }

    private String error() {
        if (missing) {
            return "There is no function " + trigger.getFunction()
                    + ". Deploy it, and the trigger goes on where it was; or delete the trigger.";
        }
        if (core.missing() != null) {
            return core.missing() + " The trigger goes on where it was when there is.";
        }
        return registryFault != null ? registryFault : sources.fault(System.nanoTime());
    }
}
