package dev.berth.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics of a {@link TopicCatalogue} on first start, and checks them on every later one. */
public final class TopicInstaller {
    private static final Logger log = LoggerFactory.getLogger(TopicInstaller.class);

    private static final long LED_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_AGAIN_MS = 20;

    private TopicInstaller() {}

    /**
     * Creates what is missing. Dispatch partitions are added when the catalogue has more slots than the cluster; any other
     * difference in partitions is refused, since it would move routing keys away from their pins. Several processes may call
     * it at once.
     *
     * @throws IllegalStateException if the cluster cannot be reached, forbids it, or has a topic with other partitions
     */
    public static void install(Admin admin, TopicCatalogue catalogue) {
        try {
            Map<String, Integer> existing = partitionsOf(admin, catalogue);
            List<NewTopic> missing = new ArrayList<>();
            for (TopicCatalogue.Topic<?> topic : catalogue.all()) {
                Integer found = existing.get(topic.name());
                if (found == null) {
                    missing.add(new NewTopic(
                                    topic.name(),
                                    Optional.of(topic.partitions()),
                                    Optional.of(catalogue.replicationFactor()).filter(factor -> factor > 0))
                            .configs(topic.config()));
                } else if (topic.name().equals(catalogue.dispatch().name())) {
                    if (found < topic.partitions()) {
                        admin.createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(topic.partitions())))
                                .all()
                                .get();
                        log.info(
                                "Added dispatch slots topic={} from={} to={}", topic.name(), found, topic.partitions());
                    }
                } else if (found != topic.partitions()) {
                    throw new IllegalStateException("Topic " + topic.name() + " has " + found + " partitions, but "
                            + topic.partitions() + " are configured. "
                            + (topic.partitions() == catalogue.partitions()
                                    ? "Set topics.partitions=" + found + ", or use"
                                    : "Use")
                            + " another topics.prefix: routing keys would lose their pins otherwise.");
                }
            }
            create(admin, missing);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The topics cannot be created: " + e.getCause().getMessage()
                            + ". Check the broker's address and the client's rights to create topics with prefix "
                            + catalogue.prefix(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while creating topics", e);
        }
    }

    private static void create(Admin admin, List<NewTopic> topics) throws InterruptedException, ExecutionException {
        for (var creation : admin.createTopics(topics).values().values()) {
            try {
                creation.get();
            } catch (ExecutionException e) {
                // Another process of the same installation was quicker: that is what we wanted.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        awaitLed(admin, topics);
    }

    /**
     * Waits until each partition of new topics is led. A partition that was just made refuses records until its leader has taken it up.
     * An idempotent producer whose first batch is refused, while one sent behind it is taken, can never send that batch again: it is
     * told that its order is wrong until it gives the records up. So nobody is let at a new topic before each leader has answered.
     *
     * @throws ExecutionException if the brokers do not say, or have not heard of the topics half a minute later
     */
    public static void awaitLed(Admin admin, List<NewTopic> topics) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (NewTopic topic : topics) {
            for (int partition = 0; partition < topic.numPartitions(); partition++) {
                ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        long deadlineNs = System.nanoTime() + LED_NS;
        while (true) {
            try {
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                // The broker that was asked has not heard of the topic yet.
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadlineNs) {
                    throw e;
                }
                Thread.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    private static Map<String, Integer> partitionsOf(Admin admin, TopicCatalogue catalogue)
            throws InterruptedException, ExecutionException {
        List<String> names =
                catalogue.all().stream().map(TopicCatalogue.Topic::name).toList();
        Map<String, Integer> partitions = new HashMap<>();
        for (var described : admin.describeTopics(names).topicNameValues().values()) {
            try {
                TopicDescription topic = described.get();
                partitions.put(topic.name(), topic.partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return partitions;
    }
}
