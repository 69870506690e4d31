package dev.berth.gateway.replays;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.kafka.TopicFollower;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.Trigger;
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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What this gateway knows of replays and redriven letters, and where it writes them. Thread-safe; writing blocks. */
public final class ReplayTopics implements AutoCloseable {
    private static final long ACKNOWLEDGE_SECONDS = 15;
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final TopicCatalogue.Topic<Replay> topic;
    private final AvroCodec<Replay> codec;
    private final TopicTable<Replay> replays;
    private final TopicTable<ReplayStatus> statuses;
    private final TopicTable<Redrive> redrives;
    private final TopicTable<Trigger> triggers;
    private final TopicTable<FunctionSpec> functions;
    private final TopicFollower follower;
    private final Topics topics;
    private final Admin admin;
    private final Producer<String, byte[]> producer;

    /** @param functions as deployed, followed elsewhere */
    public ReplayTopics(
            KafkaSettings kafka,
            TopicCatalogue catalogue,
            SchemaRegistry registry,
            TopicTable<FunctionSpec> functions) {
        this.topics = new Topics(kafka, registry, catalogue);
        this.topic = catalogue.replays();
        this.codec = topic.codec(registry);
        this.functions = functions;
        this.replays = new TopicTable<>(catalogue.replays(), registry);
        this.statuses = new TopicTable<>(catalogue.replayStatus(), registry);
        this.triggers = new TopicTable<>(catalogue.triggers(), registry);
        this.redrives = new TopicTable<>(catalogue.redrives(), registry);
        this.admin = Admin.create(kafka.client("gateway-replays-admin"));
        this.producer = new KafkaProducer<>(
                kafka.producer("gateway-replays"), new StringSerializer(), new ByteArraySerializer());
        this.follower = new TopicFollower(
                "gateway-replays",
                kafka,
                Map.of(
                        replays.topic(), replays,
                        statuses.topic(), statuses,
                        redrives.topic(), redrives,
                        triggers.topic(), triggers));
    }

    /** Completes when it has read what was there. */
    public CompletableFuture<Void> caughtUp() {
        return follower.caughtUp();
    }

    TopicTable<Replay> replays() {
        return replays;
    }

    TopicTable<ReplayStatus> statuses() {
        return statuses;
    }

    TopicTable<Redrive> redrives() {
        return redrives;
    }

    TopicTable<FunctionSpec> functions() {
        return functions;
    }

    /** The triggers that there are: in what form a function is given the records of a topic. */
    List<Trigger> triggers() {
        return triggers.scan("", null).map(Map.Entry::getValue).toList();
    }

    Topics topics() {
        return topics;
    }

    Admin admin() {
        return admin;
    }

    static String key(String tenant, String id) {
        return tenant + '/' + id;
    }

    /** Writes a replay; null deletes it. Returns when this gateway sees it too. */
    void write(String key, Replay replay) {
        try {
            RecordMetadata at = producer.send(
                            new ProducerRecord<>(topic.name(), key, replay == null ? null : codec.encode(replay)))
                    .get(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
            follower.applied(new TopicPartition(topic.name(), 0), at.offset())
                    .get(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw ApiError.unavailable("The replay could not be written (" + e.getMessage()
                            + "). It may have been all the same: see GET /replays.")
                    .exception();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.unavailable("The gateway stops.").exception();
        }
    }

    @Override
    public void close() {
        follower.close();
        producer.close(CLOSE);
        admin.close(CLOSE);
    }
}
