package dev.berth.replay;

import dev.berth.replay.core.Window;
import dev.berth.replay.read.OutcomeReader;
import dev.berth.replay.read.RangeReader;
import dev.berth.replay.read.Topics;
import dev.berth.replay.source.Deployed;
import dev.berth.replay.source.Sources;
import dev.berth.replay.source.Step;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayRange;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Tables;
import dev.berth.triggers.TriggersConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Carries out replays, if it is this process's turn: of all that run, the one does that the consumer group gives the topic of replays
 * to. When that one is gone, another goes on from the statuses that it left.
 *
 * <pre>{@code
 * try (ReplayWorker replays = ReplayWorker.start(ReplayConfig.of(kafka, registry, topics, "r1"))) {
 *     replays.ready().join();
 * }
 * }</pre>
 *
 * Thread-safe. The topics must exist.
 */
public final class ReplayWorker implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final int SEND_BLOCKS_MS = 10_000;
    private static final int LINGER_MS = 20;
    private static final long ANSWER_SECONDS = 15;

    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final Tables tables;
    private final Owner owner;

    private ReplayWorker(ReplayConfig config) {
        String client = "berth-replay-" + config.worker();
        Map<String, Object> settings = config.kafka().producer(client);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_BLOCKS_MS);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        admin = Admin.create(config.kafka().client(client + "-admin"));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        tables = new Tables(
                TriggersConfig.of(config.kafka(), config.registry(), config.topics(), config.worker() + "-replay"),
                (key, trigger) -> {});
        owner = new Owner(config, tables.ready(), producer, new Wired(config.where(), client));
    }

    /** Starts; returns at once. */
    public static ReplayWorker start(ReplayConfig config) {
        return new ReplayWorker(config);
    }

    /** Completes when it knows what is deployed. */
    public CompletableFuture<Void> ready() {
        return tables.ready();
    }

    /** What keeps it from working now, in words; empty if nothing does. */
    public List<String> problems() {
        return owner.problems();
    }

    @Override
    public void close() {
        owner.close();
        tables.close();
        producer.close(STOP);
        admin.close(STOP);
    }

    /** Each run's own readers, and what all of them share. */
    private final class Wired implements Run.Parts {
        private final Topics topics;
        private final String client;
        private final KnownTopics known = new KnownTopics(admin);

        Wired(Topics topics, String client) {
            this.topics = topics;
            this.client = client;
        }

        @Override
        public Step.Source source(Replay replay, Run run) {
            var deployed = new Deployed(tables.triggers().values(), tables::function);
            return Sources.of(topics, client, replay, known, deployed, run::goesOn);
        }

        @Override
        public RangeReader rangeReader(Replay replay, Window window) {
            return new RangeReader(
                    topics.kafka(),
                    client + "-source",
                    replay.getTopic(),
                    replay.getRanges(),
                    range -> window.position(range.getPartition()));
        }

        @Override
        public OutcomeReader outcomeReader(Replay replay) {
            var outcomes = topics.catalogue().outcomes();
            return new OutcomeReader(
                    topics.kafka(),
                    client + "-outcomes",
                    outcomes.name(),
                    outcomes.codec(topics.registry()),
                    replay.getOutcomes(),
                    ReplayRange::getToOffset);
        }

        @Override
        public void requireSameTopic(Replay replay) {
            String topic = replay.getTopic();
            try {
                String id = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .get(topic)
                        .topicId()
                        .toString();
                if (!replay.getTopicId().isEmpty() && !replay.getTopicId().equals(id)) {
                    throw new RangeReader.RangeGone(
                            "Topic " + topic
                                    + " was deleted and made anew since this replay was made: its range is gone. Make a new replay.");
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new RangeReader.RangeGone("There is no topic " + topic + " any more.");
                }
                throw new IllegalStateException("Kafka does not say whether there is a topic " + topic, e.getCause());
            } catch (TimeoutException e) {
                throw new IllegalStateException("Kafka does not say whether there is a topic " + topic, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while asking for topic " + topic, e);
            }
        }

        @Override
        public Publishing publishing(Replay replay) {
            return new Publishing(topics, replay, tables, producer);
        }
    }
}
