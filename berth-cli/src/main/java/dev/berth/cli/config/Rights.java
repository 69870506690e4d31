package dev.berth.cli.config;

import dev.berth.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each part may do on a cluster that asks: no part needs more. The operator's guide has this list as a table, and a test runs all
 * parts with it.
 *
 * <p>An executor is beside code that nobody vouches for, and so it gets topics one by one; the others are trusted alike. Describe
 * comes with Read and Write, by Kafka's rule.
 */
public final class Rights {
    private Rights() {}

    /**
     * One right.
     *
     * @param on topics or groups: one, or all whose names begin so
     * @param why what the part does with it
     */
    public record Right(ResourcePattern on, List<AclOperation> operations, String why) {
        /** It, for one user, as Kafka's admin client takes it. */
        public Stream<AclBinding> bindings(String principal) {
            return operations.stream()
                    .map(operation -> new AclBinding(
                            on, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
        }
    }

    /** All that a part needs on Berth's own topics and groups; nothing for the broker. */
    public static List<Right> of(Role role, TopicCatalogue topics) {
        String all = topics.prefix();
        return switch (role) {
            case EXECUTOR -> executor(topics);
            case ROUTER ->
                List.of(
                        new Right(
                                topicsFrom(all), List.of(AclOperation.READ, AclOperation.WRITE), "all that it routes"),
                        new Right(group(topics.routerApplicationId()), List.of(AclOperation.READ), "the routers"),
                        new Right(
                                group(topics.fleetApplicationId()),
                                List.of(AclOperation.READ),
                                "the fleet's processor"));
            case GATEWAY ->
                List.of(
                        new Right(
                                topicsFrom(all),
                                List.of(AclOperation.READ, AclOperation.WRITE),
                                "what callers publish, deploy and ask for"),
                        new Right(group(topics.jobsApplicationId()), List.of(AclOperation.READ), "the jobs view"),
                        new Right(
                                group(topics.routerApplicationId()),
                                List.of(AclOperation.DESCRIBE),
                                "what `berth doctor` asks for"),
                        new Right(group(topics.fleetApplicationId()), List.of(AclOperation.DESCRIBE), "the same"));
            case TRIGGERS ->
                List.of(
                        new Right(
                                topicsFrom(all),
                                List.of(AclOperation.READ, AclOperation.WRITE),
                                "triggers, schedules, replays, and their invocations"),
                        new Right(
                                groupsFrom(all), List.of(AclOperation.READ), "a group for each trigger, and its own"));
            case TOPICS ->
                List.of(new Right(
                        topicsFrom(all),
                        List.of(AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.ALTER),
                        "makes the topics, and adds slots"));
            case BROKER -> List.of();
        };
    }

    /** An operation as Kafka's tools write it. */
    public static String word(AclOperation operation) {
        String name = operation.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /** What a right is on, in words. */
    public static String words(ResourcePattern on) {
        String kind = on.resourceType().name().toLowerCase(Locale.ROOT);
        return on.patternType() == PatternType.PREFIXED
                ? kind + "s that begin with " + on.name()
                : kind + " " + on.name();
    }

    private static List<Right> executor(TopicCatalogue topics) {
        List<Right> rights = new ArrayList<>();
        rights.add(may(AclOperation.READ, topics.dispatch(), "its orders, and those of other instances"));
        rights.add(may(AclOperation.READ, topics.fleet(), "its slot"));
        rights.add(may(AclOperation.READ, topics.functions(), "what is deployed"));
        rights.add(may(AclOperation.READ, topics.code(), "the code of it"));
        rights.add(may(AclOperation.WRITE, topics.results(), "how attempts ended"));
        rights.add(may(AclOperation.WRITE, topics.replies(), "the same, for callers that wait"));
        rights.add(may(AclOperation.WRITE, topics.instances(), "how it is, each second"));
        rights.add(may(AclOperation.WRITE, topics.containerEvents(), "lives of containers"));
        rights.add(may(AclOperation.WRITE, topics.logs(), "what functions print"));
        return rights;
    }

    private static Right may(AclOperation operation, TopicCatalogue.Topic<?> topic, String why) {
        return new Right(
                new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL), List.of(operation), why);
    }

    private static ResourcePattern topicsFrom(String prefix) {
        return new ResourcePattern(ResourceType.TOPIC, prefix, PatternType.PREFIXED);
    }

    private static ResourcePattern group(String name) {
        return new ResourcePattern(ResourceType.GROUP, name, PatternType.LITERAL);
    }

    private static ResourcePattern groupsFrom(String prefix) {
        return new ResourcePattern(ResourceType.GROUP, prefix, PatternType.PREFIXED);
    }
}
