package dev.berth.gateway.jobs.streams;

import dev.berth.gateway.jobs.core.JobFacts;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.JobRecord;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One partition of the jobs view. Its stream thread only. */
final class JobsProcessor implements Processor<byte[], byte[], Void, Void> {
    /** As long as the topics keep what a job was made from. */
    private static final Duration KEPT = Duration.ofDays(7);

    private static final Duration LOOK_FOR_OLD = Duration.ofSeconds(1);
    private static final Duration BETWEEN_PASSES = Duration.ofHours(1);
    private static final int LOOKED_AT_ONCE = 1_000;
    private static final Logger log = LoggerFactory.getLogger(JobsProcessor.class);

    private final String invocationsTopic;
    private final String outcomesTopic;
    private final Codecs codecs;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, byte[]> store;
    private JobFacts facts;
    private String passAt = "";
    private long nextPassMs;

    /** Of all tasks. */
    record Codecs(
            AvroCodec<Invocation> invocations,
            AvroCodec<InFlightRecord> inFlight,
            AvroCodec<Outcome> outcomes,
            AvroCodec<JobRecord> jobs) {
        static Codecs of(TopicCatalogue topics, SchemaRegistry registry) {
            return new Codecs(
                    topics.invocations().codec(registry),
                    topics.inFlight().codec(registry),
                    // Those that are written are registered now: the registry may be the gateway's own, which closes
                    // first.
                    topics.outcomes().codec(registry).registered(),
                    topics.jobs().codec(registry).registered());
        }
    }

    JobsProcessor(TopicCatalogue topics, Codecs codecs) {
        this.invocationsTopic = topics.invocations().name();
        this.outcomesTopic = topics.outcomes().name();
        this.codecs = codecs;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        this.store = context.getStateStore(JobsTopology.STORE);
        this.facts = new JobFacts(context.taskId().partition(), codecs.outcomes()::encode);
        // A pass begins when the task does: what ended while no gateway ran is old too.
        context.schedule(LOOK_FOR_OLD, PunctuationType.WALL_CLOCK_TIME, this::forgetOld);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        try {
            changed(record, source)
                    .ifPresent(job -> store.put(job.getId(), codecs.jobs().encode(job)));
        } catch (UndecodableException e) {
            // Not an invocation: the router writes the dead letter.
            log.debug("Passed over a record topic={} offset={} reason={}", source.topic(), source.offset(), e.reason());
        }
    }

    private Optional<JobRecord> changed(Record<byte[], byte[]> record, RecordMetadata source)
            throws UndecodableException {
        if (source.topic().equals(invocationsTopic)) {
            Invocation invocation = codecs.invocations().decode(record.value());
            return invocation.getReplyTo() == null
                    ? facts.submitted(known(invocation.getId()), invocation, record.timestamp())
                    : Optional.empty();
        }
        if (record.key() == null || record.value() == null) {
            // The router has forgotten it: its outcome says more.
            return Optional.empty();
        }
        Optional<JobRecord> known = known(new String(record.key(), StandardCharsets.UTF_8));
        if (source.topic().equals(outcomesTopic)) {
            return facts.ended(known, codecs.outcomes().decode(record.value()), record.timestamp());
        }
        return facts.inFlight(known, codecs.inFlight().decode(record.value()), source.offset(), record.timestamp());
    }

    private Optional<JobRecord> known(String id) throws UndecodableException {
        byte[] bytes = store.get(id);
        return bytes == null ? Optional.empty() : Optional.of(codecs.jobs().decode(bytes));
    }

    /** Goes through the store now and then, a little at a time, so that no record waits for it. */
    private void forgetOld(long nowMs) {
        if (nowMs < nextPassMs) {
            return;
        }
        int lookedAt = 0;
        String last = null;
        try (KeyValueIterator<String, byte[]> rows = store.range(passAt, null)) {
            while (rows.hasNext() && lookedAt < LOOKED_AT_ONCE) {
                var row = rows.next();
                lookedAt++;
                last = row.key;
                if (codecs.jobs().decode(row.value).getChangedMs() < nowMs - KEPT.toMillis()) {
                    store.delete(row.key);
                }
            }
        } catch (UndecodableException e) {
            throw new IllegalStateException("The jobs view's own store cannot be read: " + e.getMessage(), e);
        }
        if (lookedAt < LOOKED_AT_ONCE) {
            passAt = "";
            nextPassMs = nowMs + BETWEEN_PASSES.toMillis();
        } else {
            // The next possible key behind the last.
            passAt = last + '\0';
        }
    }
}
