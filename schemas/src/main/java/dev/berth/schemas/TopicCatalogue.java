package dev.berth.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every topic of one Berth installation: the one place where names, keys, partitions and retention are decided.
 *
 * @param prefix begins each name, so that installations can share a cluster; {@code berth.} by default
 * @param partitions of the topics keyed by routing key; the most router tasks there can be. Never changed once created: the
 *     pins are divided by it.
 * @param slots dispatch partitions: the most instances there can be. May grow.
 * @param replicationFactor -1 leaves it to the broker
 */
public record TopicCatalogue(String prefix, int partitions, int slots, short replicationFactor) {
    public static final String DEFAULT_PREFIX = "berth.";
    public static final int DEFAULT_PARTITIONS = 8;
    public static final int DEFAULT_SLOTS = 64;
    private static final int REPLY_PARTITIONS = 4;
    private static final long LOG_PARTITION_BYTES = 256L * 1024 * 1024;

    static {
        // Whoever builds a record has asked for its topic first.
        AvroSafety.inForce();
    }

    /**
     * One topic.
     *
     * @param name with the prefix
     * @param value the class of its values
     * @param config topic configuration, as Kafka names it
     */
    public record Topic<T extends SpecificRecord>(
            String name, int partitions, Class<T> value, Map<String, String> config) {
        /** The codec of this topic's values. */
        public AvroCodec<T> codec(SchemaRegistry registry) {
            return new AvroCodec<>(name, value, registry);
        }
    }

    public TopicCatalogue {
        if (partitions < 1 || slots < 1) {
            throw new IllegalArgumentException(
                    "A topic needs at least one partition: partitions=" + partitions + " slots=" + slots);
        }
    }

    /** The default installation. */
    public static TopicCatalogue defaults() {
        return new TopicCatalogue(DEFAULT_PREFIX, DEFAULT_PARTITIONS, DEFAULT_SLOTS, (short) -1);
    }

    /** Requests, keyed by routing key ({@link RoutingKey#text()}); without a routing value by no key. */
    public Topic<Invocation> invocations() {
        return topic("invocations", partitions, Invocation.class, kept(Duration.ofDays(7)));
    }

    /**
     * Orders about invocations, keyed by invocation id, in the partition in which the invocation lies: the sender names it.
     * Co-partitioned with {@link #invocations()}.
     */
    public Topic<Command> commands() {
        return topic("commands", partitions, Command.class, kept(Duration.ofDays(1)));
    }

    /** Orders to instances, keyed by invocation id; the partition is the instance's slot. The decision log. */
    public Topic<Dispatch> dispatch() {
        return topic("dispatch", slots, Dispatch.class, kept(Duration.ofDays(7)));
    }

    /** Results of attempts, keyed by routing key, in the partition that {@link Dispatch#getRouterPartition()} names. */
    public Topic<Result> results() {
        return topic("results", partitions, Result.class, kept(Duration.ofDays(1)));
    }

    /** Results for gateways that wait, keyed by invocation id, in the partition that {@link Invocation#getReplyTo()} names. */
    public Topic<Result> replies() {
        return topic("replies", REPLY_PARTITIONS, Result.class, kept(Duration.ofMinutes(10)));
    }

    /** How invocations ended, keyed by invocation id; one for each. */
    public Topic<Outcome> outcomes() {
        return topic("outcomes", partitions, Outcome.class, kept(Duration.ofDays(7)));
    }

    /** Records that could not be processed, keyed as they were. */
    public Topic<DeadLetter> deadLetters() {
        return topic("dead-letters", 1, DeadLetter.class, kept(Duration.ofDays(30)));
    }

    /** What is deployed, keyed {@code tenant/function}. */
    public Topic<FunctionSpec> functions() {
        return topic("functions", 1, FunctionSpec.class, compacted());
    }

    /** Code packages in chunks, keyed {@code sha256/index}. */
    public Topic<CodeChunk> code() {
        return topic("code", 1, CodeChunk.class, compacted());
    }

    /** What instances say of themselves, keyed by instance id. */
    public Topic<InstanceStatus> instances() {
        return topic("instances", 1, InstanceStatus.class, compacted());
    }

    /** What the fleet says of instances, keyed by instance id. */
    public Topic<Assignment> fleet() {
        return topic("fleet", 1, Assignment.class, compacted());
    }

    /** Lives of containers, keyed by container id. */
    public Topic<ContainerEvent> containerEvents() {
        return topic("container-events", 1, ContainerEvent.class, kept(Duration.ofDays(1)));
    }

    /**
     * What containers print, keyed {@code tenant/function}: one partition tells all of a function, and each container's chunks in
     * order. Bounded in bytes too, since functions can print more than anybody has disk for.
     */
    public Topic<LogChunk> logs() {
        Map<String, String> config = new HashMap<>(kept(Duration.ofDays(3)));
        config.put("retention.bytes", Long.toString(LOG_PARTITION_BYTES));
        // Only whole segments are removed, so the bound is exceeded by one at most.
        config.put("segment.bytes", Long.toString(LOG_PARTITION_BYTES / 8));
        return topic("logs", partitions, LogChunk.class, Map.copyOf(config));
    }

    /** The partition of {@link #logs()} that tells of a function. */
    public int logPartition(String tenant, String function) {
        return RoutingKey.partitionOf(tenant + '/' + function, partitions);
    }

    /** Event source mappings, keyed {@code tenant/uuid}. */
    public Topic<Trigger> triggers() {
        return topic("triggers", 1, Trigger.class, compacted());
    }

    /** How triggers do, keyed {@code tenant/uuid/worker}. */
    public Topic<TriggerStatus> triggerStatus() {
        return topic("trigger-status", 1, TriggerStatus.class, compacted());
    }

    /** What runs at times, keyed {@code tenant/name}. */
    public Topic<Schedule> schedules() {
        return topic("schedules", 1, Schedule.class, compacted());
    }

    /** The last firing of each, keyed {@code tenant/name}. */
    public Topic<ScheduleStatus> scheduleStatus() {
        return topic("schedule-status", 1, ScheduleStatus.class, compacted());
    }

    /** Replays and redrives, keyed {@code tenant/id}. */
    public Topic<Replay> replays() {
        return topic("replays", 1, Replay.class, compactedAndKept(Duration.ofDays(90)));
    }

    /** How far they are, keyed {@code tenant/id}. */
    public Topic<ReplayStatus> replayStatus() {
        return topic("replay-status", 1, ReplayStatus.class, compactedAndKept(Duration.ofDays(90)));
    }

    /** Which dead letters were redriven, keyed {@code partition-offset} of the letter; forgotten after it. */
    public Topic<Redrive> redrives() {
        return topic("redrives", 1, Redrive.class, compactedAndKept(Duration.ofDays(31)));
    }

    /** The pin table, keyed by routing key: the changelog of the router's store, made here so that others can read it. */
    public Topic<Pin> pins() {
        return topic("router-pins-changelog", partitions, Pin.class, compacted());
    }

    /**
     * What routers have not ended, keyed by invocation id: the changelog of their store, made here so that others can read how far an
     * invocation is.
     */
    public Topic<InFlightRecord> inFlight() {
        return topic("router-in-flight-changelog", partitions, InFlightRecord.class, compacted());
    }

    /**
     * The jobs view: the changelog of the gateways' store. Rows of jobs hold a {@link JobRecord}; those of its list by time, in keys
     * of another kind, nothing.
     */
    public Topic<JobRecord> jobs() {
        return topic("jobs-view-changelog", partitions, JobRecord.class, compacted());
    }

    /** Each topic that must exist before any part of Berth starts, in the order in which schemas are registered. */
    public List<Topic<?>> all() {
        return List.of(
                invocations(),
                commands(),
                dispatch(),
                results(),
                replies(),
                outcomes(),
                deadLetters(),
                functions(),
                code(),
                instances(),
                fleet(),
                containerEvents(),
                logs(),
                triggers(),
                triggerStatus(),
                schedules(),
                scheduleStatus(),
                replays(),
                replayStatus(),
                redrives(),
                pins(),
                inFlight(),
                jobs());
    }

    /** The application id of the router's Kafka Streams, which begins the names of its internal topics. */
    public String routerApplicationId() {
        return prefix + "router";
    }

    /** The application id of the Kafka Streams of all gateways, which keep the jobs view. */
    public String jobsApplicationId() {
        return prefix + "jobs";
    }

    /** The consumer group of those who fire schedules: the one that has the topic of schedules fires all of them. */
    public String scheduleGroup() {
        return prefix + "schedules";
    }

    /** The consumer group of those who carry out replays: the one that has the topic of replays does all of them. */
    public String replayGroup() {
        return prefix + "replay";
    }

    /** The application id of the fleet processor's Kafka Streams. */
    public String fleetApplicationId() {
        return prefix + "fleet";
    }

    private <T extends SpecificRecord> Topic<T> topic(
            String name, int count, Class<T> value, Map<String, String> config) {
        return new Topic<>(prefix + name, count, value, config);
    }

    private static Map<String, String> kept(Duration retention) {
        return Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(retention.toMillis()),
                "max.message.bytes", Integer.toString(Limits.RECORD_BYTES));
    }

    private static Map<String, String> compacted() {
        // Only closed segments are compacted, and a heartbeat each second would grow one for a week.
        return Map.of(
                "cleanup.policy", "compact",
                "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
                "max.message.bytes", Integer.toString(Limits.RECORD_BYTES));
    }

    private static Map<String, String> compactedAndKept(Duration retention) {
        Map<String, String> config = new HashMap<>(compacted());
        config.put("cleanup.policy", "compact,delete");
        config.put("retention.ms", Long.toString(retention.toMillis()));
        return Map.copyOf(config);
    }
}
