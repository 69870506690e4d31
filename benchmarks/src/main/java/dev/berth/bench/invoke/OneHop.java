package dev.berth.bench.invoke;

import dev.berth.schemas.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A producer, a topic and a consumer: what one hop over Kafka costs, with the settings of Berth's clients. */
public final class OneHop implements Way {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final String topic = "bench-hop-" + UUID.randomUUID();
    private final byte[] payload;
    private final KafkaProducer<String, byte[]> producer;
    private final Answers answers;

    /** Makes its topic. */
    public OneHop(KafkaSettings kafka, byte[] payload) throws Exception {
        this.payload = payload;
        try (Admin admin = Admin.create(kafka.client("bench"))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) -1)))
                    .all()
                    .get(START.toSeconds(), TimeUnit.SECONDS);
        }
        answers = new Answers(kafka.consumer("bench-hop"), List.of(new TopicPartition(topic, 0)));
        producer = new KafkaProducer<>(kafka.producer("bench-hop"), new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public String name() {
        return ONE_HOP;
    }

    @Override
    public Client client(int number) {
        return new Numbered(number, key -> {
            CompletableFuture<byte[]> answer = answers.expect(key);
            producer.send(new ProducerRecord<>(topic, 0, key, payload));
            Answers.await(answer);
        });
    }

    @Override
    public void close() throws Exception {
        answers.close();
        producer.close(CLOSE);
    }
}
