package dev.berth.bench.invoke;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.routing.Partitions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes invocations itself and reads the replies, as any Kafka client can: all of Berth but its gateway. */
public final class StraightToKafka implements Way {
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long DEADLINE_MS = 30_000;
    private static final int REPLIES = 0;

    private final TopicCatalogue topics;
    private final String function;
    private final byte[] payload;
    private final AvroCodec<Invocation> invocations;
    private final AvroCodec<Result> results;
    private final KafkaProducer<String, byte[]> producer;
    private final Answers answers;

    /** @param function deployed already, without a limit of its own */
    public StraightToKafka(
            KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, String function, byte[] payload) {
        this.topics = topics;
        this.function = function;
        this.payload = payload;
        this.invocations = topics.invocations().codec(registry).registered();
        this.results = topics.replies().codec(registry).registered();
        this.producer =
                new KafkaProducer<>(kafka.producer("bench-direct"), new StringSerializer(), new ByteArraySerializer());
        this.answers = new Answers(
                kafka.consumer("bench-direct"),
                List.of(new TopicPartition(topics.replies().name(), REPLIES)));
    }

    @Override
    public String name() {
        return OVER_KAFKA;
    }

    @Override
    public Client client(int number) {
        return () -> {
            // As the gateway does: the builder would copy the schema's defaults each time.
            Invocation invocation = new Invocation();
            invocation.setId(UUID.randomUUID().toString());
            invocation.setTenant("default");
            invocation.setFunction(function);
            invocation.setRoutingValue(key(number));
            invocation.setBusyPolicy(BusyPolicy.AUTO);
            invocation.setPinPolicy(PinPolicy.PREFER);
            invocation.setHeaders(Map.of());
            invocation.setPayload(ByteBuffer.wrap(payload));
            invocation.setReplyTo(REPLIES);
            invocation.setDeadlineMs(System.currentTimeMillis() + DEADLINE_MS);
            invocation.setOrigin("kafka");
            CompletableFuture<byte[]> answer = answers.expect(invocation.getId());
            int partition =
                    Partitions.of(invocation, false, topics.invocations().partitions());
            producer.send(new ProducerRecord<>(
                    topics.invocations().name(),
                    partition,
                    Partitions.keyText(invocation),
                    invocations.encode(invocation)));
            Result result = results.decode(Answers.await(answer));
            if (result.getStatus() != ResultStatus.SUCCEEDED) {
                throw new IllegalStateException(result.getStatus() + ": " + result.getErrorMessage());
            }
        };
    }

    /** The routing value of a client, the same for each way that has one. */
    static String key(int client) {
        return "client-" + client;
    }

    @Override
    public void close() throws Exception {
        answers.close();
        producer.close(CLOSE);
    }
}
