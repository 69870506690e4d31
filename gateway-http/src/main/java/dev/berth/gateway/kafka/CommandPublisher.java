package dev.berth.gateway.kafka;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Command;
import dev.berth.schemas.CommandKind;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts orders about invocations where the router of the invocation reads them. Never blocks once prepared. */
public final class CommandPublisher implements AutoCloseable {
    private static final long BUFFER_BYTES = 1024 * 1024;
    private static final int LOOKUP_MS = 30_000;
    private static final int ACKNOWLEDGE_MS = 10_000;
    private static final int REQUEST_MS = 5_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final String topic;
    private final AvroCodec<Command> codec;
    private final KafkaProducer<String, byte[]> producer;

    public CommandPublisher(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        Map<String, Object> config = kafka.producer("gateway-commands");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ACKNOWLEDGE_MS);
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Integer.MAX_VALUE);
        this.topic = topics.commands().name();
        this.codec = topics.commands().codec(registry);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Registers the schema and looks the topic up. Blocks; called once, before the first order. */
    public void prepare() throws InterruptedException {
        codec.registered();
        long until = System.nanoTime() + Duration.ofMillis(LOOKUP_MS).toNanos();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException(
                            "Topic " + topic + " was not found within " + LOOKUP_MS / 1000
                                    + " s. Is the broker reachable, and were the topics made?",
                            e);
                }
                Thread.sleep(20);
            }
        }
    }

    /**
     * Orders that an invocation be cancelled.
     *
     * @param partitions in which it was seen; each is told, and a router that does not have it passes the order over
     * @param done told once, on any thread: empty when the brokers have it everywhere, else why they may not
     */
    public void cancel(String id, String tenant, List<Integer> partitions, Consumer<Optional<ApiError>> done) {
        if (partitions.isEmpty()) {
            done.accept(Optional.of(ApiError.unavailable(
                    "It is not known yet where invocation " + id + " lies. It was not cancelled; try again.")));
            return;
        }
        byte[] command = codec.encode(Command.newBuilder()
                .setInvocationId(id)
                .setTenant(tenant)
                .setKind(CommandKind.CANCEL)
                .setReason("cancelled through the API")
                .setSentMs(System.currentTimeMillis())
                .build());
        AtomicInteger open = new AtomicInteger(partitions.size());
        AtomicReference<ApiError> first = new AtomicReference<>();
        for (int partition : partitions) {
            Consumer<Exception> sent = failure -> {
                if (failure != null) {
                    first.compareAndSet(null, refusal(id, failure));
                }
                if (open.decrementAndGet() == 0) {
                    done.accept(Optional.ofNullable(first.get()));
                }
            };
            try {
                producer.send(new ProducerRecord<>(topic, partition, id, command), (at, e) -> sent.accept(e));
            } catch (KafkaException | IllegalStateException e) {
                sent.accept(e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }

    private static ApiError refusal(String id, Exception e) {
        return ApiError.unavailable("The order to cancel invocation " + id + " could not be published ("
                + e.getMessage() + "). It may be cancelled all the same if the broker took it; try again.");
    }
}
