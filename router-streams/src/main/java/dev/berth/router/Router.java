package dev.berth.router;

import dev.berth.router.fleet.FleetTail;
import dev.berth.router.fleet.FleetTopology;
import dev.berth.router.pause.BrokerHearing;
import dev.berth.router.pause.PauseGuard;
import dev.berth.router.streams.BoundedRocksDb;
import dev.berth.router.streams.ContainerNews;
import dev.berth.router.streams.OutcomeAcks;
import dev.berth.router.streams.OutcomeTail;
import dev.berth.router.streams.RouterMeters;
import dev.berth.router.streams.RouterTopology;
import dev.berth.router.streams.SharedTables;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Refusal;
import dev.berth.telemetry.Telemetry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router process: routes invocations and keeps the fleet, as two Kafka Streams applications. Any number may run; they
 * share the work.
 */
public final class Router implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Router.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final List<KafkaStreams> applications;
    private final ContainerNews news;
    private final AutoCloseable figures;
    private final PauseGuard guard;
    private final CompletableFuture<Void> ready;

    private Router(
            List<KafkaStreams> applications,
            ContainerNews news,
            AutoCloseable figures,
            PauseGuard guard,
            CompletableFuture<Void> ready) {
        this.applications = applications;
        this.news = news;
        this.figures = figures;
        this.guard = guard;
        this.ready = ready;
    }

    /** Starts; the topics of the catalogue must exist. Returns at once, see {@link #ready()}. */
    public static Router start(RouterConfig config) {
        OutcomeTail tail =
                OutcomeTail.of(config.kafka(), config.topics().outcomes().name(), config.limits());
        OutcomeAcks acks = new OutcomeAcks();
        SharedTables tables = new SharedTables();
        PauseGuard guard = PauseGuard.start();
        BrokerHearing hearing = new BrokerHearing();
        Topology router = RouterTopology.build(
                config.topics(),
                config.registry(),
                tables,
                tail,
                acks,
                config.limits(),
                new RouterMeters(config.telemetry()),
                guard);
        Topology fleet = FleetTopology.build(
                config.topics(),
                config.registry(),
                FleetTail.of(config.kafka(), config.topics(), config.registry()),
                config.fleetLimits(),
                guard,
                hearing);
        CompletableFuture<Void> routing = new CompletableFuture<>();
        CompletableFuture<Void> keeping = new CompletableFuture<>();
        KafkaStreams fleetStreams = start(config, fleet, config.topics().fleetApplicationId(), 1, Map.of(), keeping);
        hearing.listenTo(fleetStreams);
        KafkaStreams routerStreams = start(
                config,
                router,
                config.topics().routerApplicationId(),
                config.threads(),
                acks.producerConfig(),
                routing);
        ContainerNews news = new ContainerNews(config.kafka(), config.topics(), config.registry(), tables);
        AutoCloseable figures = config.telemetry()
                .bound(new KafkaStreamsMetrics(
                        routerStreams, Tags.empty(), config.telemetry().refreshing()));
        return new Router(
                List.of(routerStreams, fleetStreams), news, figures, guard, CompletableFuture.allOf(routing, keeping));
    }

    /** Completes when this process routes. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** What keeps it from routing now, in words; empty if nothing does. */
    public List<String> problems() {
        return applications.stream()
                .map(KafkaStreams::state)
                .filter(state -> state != KafkaStreams.State.RUNNING)
                .map(state -> "a Kafka Streams application is " + state)
                .toList();
    }

    /** Hands its partitions over and stops. */
    @Override
    public void close() {
        news.close();
        Telemetry.letGo(figures);
        guard.close();
        for (KafkaStreams application : applications) {
            // Else the others would wait for the session of this one to end before they take its partitions.
            CloseOptions leaving = CloseOptions.groupMembershipOperation(
                            CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(CLOSE_TIMEOUT);
            if (!application.close(leaving)) {
                log.warn("A Kafka Streams application did not stop within {}", CLOSE_TIMEOUT);
            }
        }
    }

    private static KafkaStreams start(
            RouterConfig config,
            Topology topology,
            String applicationId,
            int threads,
            Map<String, Object> producer,
            CompletableFuture<Void> ready) {
        KafkaStreams streams = new KafkaStreams(topology, properties(config, applicationId, threads, producer));
        streams.setUncaughtExceptionHandler(e -> {
            log.error("A stream thread failed and is replaced application={}", applicationId, e);
            Refusal.pauseAfter(e);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                ready.complete(null);
            } else if (now == KafkaStreams.State.ERROR) {
                ready.completeExceptionally(new IllegalStateException(
                        "Kafka Streams application " + applicationId + " failed; its log says why."));
            }
        });
        streams.start();
        return streams;
    }

    private static Properties properties(
            RouterConfig config, String applicationId, int threads, Map<String, Object> producer) {
        Map<String, Object> client = config.kafka().client(applicationId);
        Properties p = new Properties();
        p.putAll(client);
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        p.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        // KIP-1071: the broker assigns tasks, and a rebalance stops only those that move.
        p.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.topics().replicationFactor());
        p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        // A thread looks at the clock at least this often when no record comes: losses are noticed, waits end.
        p.put(StreamsConfig.POLL_MS_CONFIG, 20L);
        // Never hold a record back to see whether the other topic has an older one.
        p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
        producer.forEach((key, value) -> p.put(StreamsConfig.producerPrefix(key), value));
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Limits.RECORD_BYTES);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 1);
        // A fetch that is parked at the broker holds up the partitions that come in a rebalance, and those to restore.
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
        p.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 5);
        // What is fetched is worked off before the next look at the broker: small fetches let results in between
        // invocations.
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 32 * 1024);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 256 * 1024);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 200);
        p.put(StreamsConfig.topicPrefix("max.message.bytes"), Integer.toString(Limits.RECORD_BYTES));
        return p;
    }
}
