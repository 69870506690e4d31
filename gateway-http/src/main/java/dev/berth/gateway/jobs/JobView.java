package dev.berth.gateway.jobs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.kafka.TopicView;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
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
    private static final int RUNNING_KEPT = 50_000;

    private final String invocationsTopic;
    private final AvroCodec<Invocation> invocations;
    private final AvroCodec<Outcome> outcomes;
    private final String eventsTopic;
    private final AvroCodec<ContainerEvent> events;
    private final JobStore store;
    private volatile Consumer<Set<String>> listener = changed -> {};
    // What this gateway accepted a moment ago, so that nobody is told that a job he was just given does not exist.
    private final Map<String, Submission> accepted = bounded(ACCEPTED_KEPT);
    private final Map<String, ContainerEvent> running = bounded(RUNNING_KEPT);

    /**
     * A job: an invocation and, if it is over, how it ended.
     *
     * @param running where it runs, if that is known
     */
    public record Job(Submission submission, Optional<Outcome> outcome, Optional<ContainerEvent> running) {}

    /** @param folder where the view is kept */
    public JobView(TopicCatalogue topics, SchemaRegistry registry, Path folder) {
        this.invocationsTopic = topics.invocations().name();
        this.invocations = topics.invocations().codec(registry);
        this.outcomes = topics.outcomes().codec(registry);
        this.eventsTopic = topics.containerEvents().name();
        this.events = topics.containerEvents().codec(registry);
        this.store = new JobStore(folder);
    }

    /** Remembers what this gateway published, until the view has it. */
    public void accepted(Invocation invocation, long nowMs, int partition) {
        accepted.put(invocation.getId(), Submission.of(invocation, nowMs, partition));
    }

    /** The invocation of an id. */
    public Optional<Job> find(String id) {
        Optional<Outcome> outcome = store.outcome(id).map(this::decoded);
        return store.submission(id)
                .or(() -> Optional.ofNullable(accepted.get(id)))
                .map(submission -> new Job(submission, outcome, Optional.ofNullable(running.get(id))))
                .or(() -> outcome.map(ended -> new Job(unknownStart(ended), outcome, Optional.empty())));
    }

    /** A page of jobs, and the token of the next, if there may be one. */
    public record Page(List<Job> jobs, Optional<String> next) {}

    /**
     * Asynchronous invocations that pass two tests, the latest first; those that come meanwhile do not shift pages.
     *
     * @param next the token of a page; empty for the first
     * @param status tested last, since it reads how a job ended
     * @throws dev.berth.gateway.core.ApiException if the token is none
     */
    Page page(
            int limit,
            long fromMs,
            long toMs,
            Optional<String> next,
            Predicate<Submission> wanted,
            Predicate<Job> status) {
        JobStore.Found found = store.recent(
                limit,
                fromMs,
                toMs,
                next.map(JobView::row),
                submission -> wanted.test(submission) && status.test(job(submission)));
        return new Page(
                found.rows().stream().map(this::job).toList(),
                found.last().map(Base64.getUrlEncoder().withoutPadding()::encodeToString));
    }

    /** Who is told, on the follower's thread, of jobs whose status may have changed. One at most. */
    void listener(Consumer<Set<String>> told) {
        this.listener = told;
    }

    private Job job(Submission submission) {
        return new Job(
                submission,
                store.outcome(submission.id()).map(this::decoded),
                Optional.ofNullable(running.get(submission.id())));
    }

    private static byte[] row(String token) {
        try {
            byte[] row = Base64.getUrlDecoder().decode(token);
            if (JobStore.isRow(row)) {
                return row;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as what decodes to something else.
        }
        throw ApiError.invalidParameter("next is no token of a page. Give the one that the page before had, unchanged.")
                .exception();
    }

    @Override
    public OptionalLong checkpoint(TopicPartition partition) {
        return store.offset(partition);
    }

    @Override
    public void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next) {
        if (partition.topic().equals(eventsTopic)) {
            containerEvents(records);
            return;
        }
        boolean submissions = partition.topic().equals(invocationsTopic);
        Map<String, Submission> added = new HashMap<>();
        Set<String> changed = new HashSet<>();
        try (JobStore.Batch batch = store.new Batch()) {
            for (ConsumerRecord<byte[], byte[]> row : records) {
                if (submissions) {
                    submission(row, batch, added);
                } else if (row.key() != null && row.value() != null) {
                    String id = new String(row.key(), StandardCharsets.UTF_8);
                    batch.outcome(id, row.value());
                    changed.add(id);
                }
            }
            batch.commit(partition, next);
        } catch (RocksDBException e) {
            throw new IllegalStateException("The jobs view cannot be written: " + e.getMessage(), e);
        }
        added.keySet().forEach(accepted::remove);
        changed.addAll(added.keySet());
        changed.stream().filter(id -> !submissions).forEach(running::remove);
        listener.accept(changed);
    }

    @Override
    public void close() {
        store.close();
    }

    private void submission(ConsumerRecord<byte[], byte[]> row, JobStore.Batch batch, Map<String, Submission> added)
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
        // The same id again is the same invocation: the first counts. It may lie elsewhere, if the router moved it.
        Optional<Submission> known = Optional.ofNullable(added.get(id)).or(() -> store.submission(id));
        Submission submission = known.orElseGet(() -> Submission.of(invocation, row.timestamp(), row.partition()));
        if (!submission.partitions().contains(row.partition())) {
            submission = submission.seenIn(row.partition());
        } else if (known.isPresent()) {
            added.put(id, submission);
            return;
        }
        added.put(id, submission);
        batch.submission(submission);
    }

    /** Only in memory: who runs for long says so, and what ran before a restart is read again for a day. */
    private void containerEvents(List<ConsumerRecord<byte[], byte[]>> records) {
        Set<String> changed = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> row : records) {
            try {
                ContainerEvent event = events.decode(row.value());
                String id = event.getInvocationId();
                if (event.getEvent() == ContainerEventType.BUSY
                        && id != null
                        && store.outcome(id).isEmpty()) {
                    running.put(id, event);
                    changed.add(id);
                }
            } catch (UndecodableException e) {
                log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            }
        }
        listener.accept(changed);
    }

    private static <V> Map<String, V> bounded(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        });
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
                result.getTimings().getPublishedUs() / 1000,
                0,
                0,
                0,
                List.of(),
                "");
    }
}
