package dev.berth.gateway.jobs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.kafka.TopicView;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.JobRecord;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
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
 * Every job of the last days and how it ended, and how other invocations ended: this gateway's copy of the view that all gateways keep
 * together ({@link dev.berth.gateway.jobs.streams}). What runs for long is known from {@code container-events}.
 *
 * <p>Follower's thread writes, any thread reads; reading may touch the disk.
 */
public final class JobView implements TopicView, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobView.class);
    private static final int ACCEPTED_KEPT = 10_000;
    private static final int RUNNING_KEPT = 50_000;

    private final AvroCodec<JobRecord> records;
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
        this.records = topics.jobs().codec(registry);
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
                .map(submission -> new Job(submission, outcome, Optional.ofNullable(running.get(id))));
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
    public void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> rows, long next) {
        if (partition.topic().equals(eventsTopic)) {
            containerEvents(rows);
            return;
        }
        Map<String, Submission> known = new HashMap<>();
        Set<String> ended = new HashSet<>();
        try (JobStore.Batch batch = store.new Batch()) {
            for (ConsumerRecord<byte[], byte[]> row : rows) {
                // Without a value the view has forgotten the job; this copy forgets by itself.
                if (row.value() != null) {
                    job(row, batch, known, ended);
                }
            }
            batch.commit(partition, next);
        } catch (RocksDBException e) {
            throw new IllegalStateException("The jobs view cannot be written: " + e.getMessage(), e);
        }
        known.keySet().forEach(accepted::remove);
        ended.forEach(running::remove);
        listener.accept(known.keySet());
    }

    @Override
    public void close() {
        store.close();
    }

    private void job(
            ConsumerRecord<byte[], byte[]> row, JobStore.Batch batch, Map<String, Submission> known, Set<String> ended)
            throws RocksDBException {
        JobRecord job;
        try {
            job = records.decode(row.value());
        } catch (UndecodableException e) {
            log.warn("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return;
        }
        String id = job.getId();
        Submission said = Submission.of(job);
        // What lies in two partitions was moved by the router: both tell of it. In one, the later word counts.
        Submission submission = Optional.ofNullable(known.get(id))
                .or(() -> store.submission(id))
                .filter(before -> !before.partitions().equals(said.partitions()))
                .map(before -> before.and(said))
                .orElse(said);
        known.put(id, submission);
        batch.submission(submission);
        if (job.getOutcome() != null) {
            byte[] outcome = new byte[job.getOutcome().remaining()];
            job.getOutcome().get(outcome);
            batch.outcome(id, outcome);
            ended.add(id);
        }
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
}
