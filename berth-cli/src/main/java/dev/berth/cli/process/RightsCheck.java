package dev.berth.cli.process;

import dev.berth.cli.config.Rights;
import dev.berth.cli.config.Rights.Right;
import dev.berth.cli.config.Role;
import dev.berth.cli.text.Failure;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Asks the brokers before a part starts whether its user may do all that it will do. Kafka's clients would find out one by one, some by
 * trying for ever, and the part would wait without a word.
 */
final class RightsCheck {
    private final Admin admin;
    private final Map<String, Set<AclOperation>> allowed = new HashMap<>();
    private final List<String> absent = new ArrayList<>();

    private RightsCheck(Admin admin) {
        this.admin = admin;
    }

    /** @throws Failure if a right or a topic is missing, with which */
    static void run(Role role, KafkaSettings kafka, TopicCatalogue topics) {
        try (Admin admin = Admin.create(kafka.client("berth-rights"))) {
            RightsCheck check = new RightsCheck(admin);
            check.askForTopics(
                    topics.all().stream().map(TopicCatalogue.Topic::name).toList());
            List<String> refused = new ArrayList<>();
            for (Right right : Rights.of(role, topics)) {
                List<AclOperation> missing = check.missing(right);
                if (!missing.isEmpty()) {
                    refused.add(missing.stream().map(Rights::word).collect(Collectors.joining(" and ")) + " on "
                            + Rights.words(right.on()));
                }
            }
            if (!refused.isEmpty()) {
                throw new Failure("Kafka refuses this user of the " + role.word() + ": " + String.join("; ", refused)
                        + ". ./berth topics acls " + role.word() + " prints all the rights that it needs.");
            }
            if (!check.absent.isEmpty()) {
                throw new Failure("Kafka has no topic " + String.join(", ", check.absent)
                        + ". ./berth topics create makes what is missing; so does topics.create=true.");
            }
        } catch (ExecutionException e) {
            throw new Failure("Kafka does not tell what this process may do: " + Failure.rootMessage(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while asking Kafka for rights", e);
        }
    }

    /** A topic of which nothing may be known is refused like one that is there. */
    private void askForTopics(List<String> names) throws ExecutionException, InterruptedException {
        var answers = admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        for (var answer : answers.entrySet()) {
            try {
                allowed.put(answer.getKey(), answer.getValue().get().authorizedOperations());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    absent.add(answer.getKey());
                } else if (e.getCause() instanceof TopicAuthorizationException) {
                    allowed.put(answer.getKey(), Set.of());
                } else {
                    throw e;
                }
            }
        }
    }

    private List<AclOperation> missing(Right right) throws ExecutionException, InterruptedException {
        if (right.on().resourceType() == ResourceType.GROUP) {
            return mayKnow(right.on().name()) ? List.of() : right.operations();
        }
        boolean prefix = right.on().patternType() == PatternType.PREFIXED;
        return right.operations().stream()
                .filter(operation -> allowed.entrySet().stream()
                        .filter(topic -> prefix
                                ? topic.getKey().startsWith(right.on().name())
                                : topic.getKey().equals(right.on().name()))
                        // Null: brokers too old to say.
                        .anyMatch(topic ->
                                topic.getValue() != null && !topic.getValue().contains(operation)))
                .toList();
    }

    /** Who may read a group may know of it, be it there or not; whether one may also join cannot be asked for a group that is not there. */
    private boolean mayKnow(String group) throws ExecutionException, InterruptedException {
        KafkaFuture<?> answer =
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof GroupAuthorizationException);
        }
    }
}
