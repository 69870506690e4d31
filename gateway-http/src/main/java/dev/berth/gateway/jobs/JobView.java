package dev.berth.gateway.jobs;

import dev.berth.gateway.kafka.TopicView;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every invocation of the last days and how it ended, from the topics {@code invocations} and {@code outcomes}.
 *
 * <p>Follower's thread writes, any thread reads; reading may touch the disk.
 */
public final class JobView implements TopicView, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobView.class);
    private static final int ACCEPTED_KEPT = 10_000;

    private final String invocationsTopic;
    private final AvroCodec<Invocation> invocations;
    private final AvroCodec<Outcome> outcomes;
    private final JobStore store;
    // What this gateway accepted a moment ago, so that nobody is told that a job he was just given does not exist.
    private final Map<String, Submission> accepted = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Submission> eldest) {
            return size() > ACCEPTED_KEPT;
        }
    });

    /** A job: an invocation and, if it is over, how it ended. */
    public record Job(Submission submission, Optional<Outcome> outcome) {}

    /** @param folder where the view is kept */
    public JobView(TopicCatalogue topics, SchemaRegistry registry, Path folder) {
        this.invocationsTopic = topics.invocations().name();
        this.invocations = topics.invocations().codec(registry);
        this.outcomes = topics.outcomes().codec(registry);
        this.store = new JobStore(folder);
    }

    /** Remembers what this gateway published, until the view has it. */
    public void accepted(Invocation invocation, long nowMs) {
        accepted.put(invocation.getId(), Submission.of(invocation, nowMs));
    }

    /** The invocation of an id. */
    public Optional<Job> find(String id) {
        Optional<Outcome> outcome = store.outcome(id).map(this::decoded);
        return store.submission(id)
                .or(() -> Optional.ofNullable(accepted.get(id)))
                .map(submission -> new Job(submission, outcome))
                .or(() -> outcome.map(ended -> new Job(unknownStart(ended), outcome)));
    }

    /** The latest asynchronous invocations that pass a test, the latest first. */
    public List<Job> recent(int limit, Predicate<Submission> wanted) {
        return store.recent(limit, wanted).stream()
                .map(submission ->
                        new Job(submission, store.outcome(submission.id()).map(this::decoded)))
                .toList();
    }

    @Override
    public OptionalLong checkpoint(TopicPartition partition) {
        return store.offset(partition);
    }

    @Override
    public void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next) {
        boolean submissions = partition.topic().equals(invocationsTopic);
        Set<String> added = new HashSet<>();
        try (JobStore.Batch batch = store.new Batch()) {
            for (ConsumerRecord<byte[], byte[]> row : records) {
                if (submissions) {
                    submission(row, batch, added);
                } else if (row.key() != null && row.value() != null) {
                    batch.outcome(new String(row.key(), StandardCharsets.UTF_8), row.value());
                }
            }
            batch.commit(partition, next);
        } catch (RocksDBException e) {
            throw new IllegalStateException("The jobs view cannot be written: " + e.getMessage(), e);
        }
        added.forEach(accepted::remove);
    }

    @Override
    public void close() {
        store.close();
    }

    private void submission(ConsumerRecord<byte[], byte[]> row, JobStore.Batch batch, Set<String> added)
            throws RocksDBException {
        Invocation invocation;
        try {
            invocation = invocations.decode(row.value());
        } catch (UndecodableException e) {
            // Not an invocation: the router writes the dead letter.
            log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return;
        }
        if (invocation.getExplainOnly()) {
            return;
        }
        String id = invocation.getId();
        // The same id again is the same invocation: the first counts.
        if (added.add(id) && store.submission(id).isEmpty()) {
            batch.submission(Submission.of(invocation, row.timestamp()));
        }
    }

    private Outcome decoded(byte[] record) {
        try {
            return outcomes.decode(record);
        } catch (UndecodableException e) {
            throw new IllegalStateException("An outcome in the jobs view cannot be read: " + e.getMessage(), e);
        }
    }

    /** The view was begun after the invocation was submitted, or has not read so far. */
    private static Submission unknownStart(Outcome outcome) {
        var result = outcome.getResult();
        return new Submission(
                outcome.getInvocationId(),
                result.getTenant(),
                result.getFunction(),
                Optional.empty(),
                Optional.ofNullable(result.getRoutingValue()),
                outcome.getOrigin(),
                true,
                result.getTimings().getPublishedUs() / 1000);
    }
}
