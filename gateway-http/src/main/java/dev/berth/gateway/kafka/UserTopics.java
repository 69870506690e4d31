package dev.berth.gateway.kafka;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.TopicInstaller;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The cluster's topics, those of others too, and its addresses. Blocks; thread-safe. */
public final class UserTopics implements AutoCloseable {
    private static final long ANSWER_SECONDS = 10;

    private final KafkaSettings kafka;
    private final Admin admin;

    public UserTopics(KafkaSettings kafka) {
        this.kafka = kafka;
        this.admin = Admin.create(kafka.client("gateway-topics"));
    }

    /**
     * Whether there is a topic.
     *
     * @throws dev.berth.gateway.core.ApiException if Kafka does not say
     */
    public boolean exists(String topic) {
        try {
            answer(admin.describeTopics(List.of(topic)).allTopicNames());
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                return false;
            }
            throw unavailable(e.getCause());
        }
    }

    /**
     * Makes a topic; one that is there already stays as it is.
     *
     * @throws dev.berth.gateway.core.ApiException if Kafka does not make it
     */
    public void create(String topic, int partitions) {
        List<NewTopic> made = List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()));
        try {
            answer(admin.createTopics(made).all());
            TopicInstaller.awaitLed(admin, made);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw unavailable(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    /** Where the cluster can be reached, as host:port. */
    public Set<String> addresses() {
        Set<String> addresses = new HashSet<>();
        for (String configured : kafka.bootstrapServers().split(",", -1)) {
            addresses.add(normal(configured));
        }
        try {
            answer(admin.describeCluster().nodes())
                    .forEach(node -> addresses.add(normal(node.host() + ":" + node.port())));
        } catch (ExecutionException e) {
            throw unavailable(e.getCause());
        }
        return addresses;
    }

    /** An address so that two that mean the same are the same. */
    public static String normal(String address) {
        return address.strip().toLowerCase(Locale.ROOT).replaceFirst("^localhost:", "127.0.0.1:");
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }

    private static <T> T answer(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static RuntimeException unavailable(Throwable why) {
        return ApiError.unavailable("Kafka was asked about a topic and did not answer well (" + why
                        + "). Nothing was published; try again.")
                .exception();
    }
}
