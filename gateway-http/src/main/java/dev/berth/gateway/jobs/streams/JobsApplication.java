package dev.berth.gateway.jobs.streams;

import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Refusal;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This gateway's share of the jobs view. */
public final class JobsApplication implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobsApplication.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int COMMIT_MS = 200;
    private static final int LINGER_MS = 2;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Four records a call: fetched one by one they would cost the calls that are under way more than the view is worth. */
    private static final int GATHER_BYTES = 64 * 1024;

    private static final int GATHER_MS = 50;

    private final KafkaSettings kafka;
    private final TopicCatalogue topics;
    private final KafkaStreams streams;

    /**
     * Starts; the topics must exist.
     *
     * @param stateDir for the local copy of the store; may be lost, at the price of a longer start
     */
    public JobsApplication(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, Path stateDir) {
        this.kafka = kafka;
        this.topics = topics;
        this.streams = new KafkaStreams(JobsTopology.build(topics, registry), properties(stateDir));
        streams.setUncaughtExceptionHandler(e -> {
            log.error("A stream thread of the jobs view failed and is replaced", e);
            Refusal.pauseAfter(e);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
    }

    /** What keeps this gateway's share of the view from being kept up to date. */
    public Optional<String> problem() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR
                ? Optional.of("jobs: the Kafka Streams application is in state " + state)
                : Optional.empty();
    }

    /**
     * Blocks until the view, whichever gateways keep it, has what was on its topics when this was called: a job that was accepted before
     * all gateways were killed is known when the first answers again.
     *
     * @throws TimeoutException if that is not so in time
     */
    public void awaitCaughtUp(long deadlineNs) throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(kafka.client("gateway-jobs-start"))) {
            List<TopicPartition> partitions = Stream.of(topics.invocations(), topics.outcomes())
                    .flatMap(topic -> IntStream.range(0, topic.partitions())
                            .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                    .toList();
            Map<TopicPartition, Long> begins = offsets(admin, partitions, OffsetSpec.earliest(), deadlineNs);
            Map<TopicPartition, Long> due = offsets(admin, partitions, OffsetSpec.latest(), deadlineNs);
            due.entrySet().removeIf(end -> end.getValue().equals(begins.get(end.getKey())));
            while (streams.state() != KafkaStreams.State.RUNNING || !committed(admin, due, deadlineNs)) {
                if (System.nanoTime() > deadlineNs) {
                    throw new TimeoutException("The jobs view is " + streams.state());
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_NS);
            }
        }
    }

    @Override
    public void close() {
        // Else the other gateways would wait for the session of this one to end before they take its partitions.
        CloseOptions leaving = CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT);
        if (!streams.close(leaving)) {
            log.warn("The Kafka Streams application of the jobs view did not stop within {}", CLOSE_TIMEOUT);
        }
    }

    private boolean committed(Admin admin, Map<TopicPartition, Long> due, long deadlineNs)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (due.isEmpty()) {
            return true;
        }
        String group = topics.jobsApplicationId();
        Map<TopicPartition, OffsetAndMetadata> reached = admin.listStreamsGroupOffsets(
                        Map.of(group, new ListStreamsGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group)
                .get(left(deadlineNs), TimeUnit.NANOSECONDS);
        return due.entrySet().stream().allMatch(end -> {
            OffsetAndMetadata offset = reached.get(end.getKey());
            return offset != null && offset.offset() >= end.getValue();
        });
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec which, long deadlineNs)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(left(deadlineNs), TimeUnit.NANOSECONDS)
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static long left(long deadlineNs) {
        return Math.max(1, deadlineNs - System.nanoTime());
    }

    private Properties properties(Path stateDir) {
        String id = topics.jobsApplicationId();
        Properties p = new Properties();
        p.putAll(kafka.client(id));
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        p.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        // What is seen again changes nothing; see JobFacts.
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) topics.replicationFactor());
        p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallRocksDb.class);
        // Each change goes to the changelog, which is the view's output.
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), GATHER_BYTES);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), GATHER_MS);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Limits.RECORD_BYTES);
        return p;
    }
}
