package dev.berth.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Every metric of Berth's own: the one place where names, tags and meanings are decided. {@code topology-docs/metrics.md} is made
 * from it.
 *
 * <p>A value of a tag comes from a set that the code knows, but for {@code tenant} and {@code function}, which {@link ByFunction}
 * bounds, and {@code trigger}, {@code replay} and {@code instance}, of which there are as many as somebody has made.
 */
@SuppressWarnings("ImmutableEnumChecker") // Its list of tags cannot be changed.
public enum Metric {
    // The router's, of each invocation.
    INVOCATIONS(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.invocations",
            "Invocations that ended. status: succeeded, failed, timed_out, rejected, cancelled, dead_lettered; reuse: how the last"
                    + " attempt's container was come by (warm, prewarmed, cold, replaced, spilled), or none.",
            "tenant",
            "function",
            "status",
            "reuse"),
    PUBLISH_TO_START(
            Kind.TIMER,
            Part.ROUTER,
            "berth.publish.to.start",
            "From the publication of an invocation to its start in a container, by the last attempt.",
            "tenant",
            "function"),
    STAGE(
            Kind.TIMER,
            Part.ROUTER,
            "berth.stage",
            "How long attempts were in each stage. route: from publication (a later attempt: not counted) to the router's decision;"
                    + " receive: to the instance's reading of it; wait: to its start, for room, a container or a busy one; run: to"
                    + " its end; reply: from there to the router's reading of the result.",
            "tenant",
            "function",
            "stage"),
    DECISIONS(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.decisions",
            "Dispatches, by the step of the rule that decided: pin, other-warm, wait, function-warm, cold-free, cold-evicting,"
                    + " queue-warm, queue, or others that the decision log names.",
            "reason"),
    BOUNCES(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.bounces",
            "Attempts that an instance sent back. reason: bounced (it could not), busy (not in time), gone (its container is gone).",
            "reason"),
    RETRIES(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.retries",
            "Attempts after the first. cause: failed (the one before it ended in an error), timed_out, bounced, lost (with its"
                    + " instance).",
            "tenant",
            "function",
            "cause"),
    REJECTIONS(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.rejections",
            "Invocations that the router refused, by the error's type.",
            "tenant",
            "function",
            "error"),
    DEAD_LETTERS(
            Kind.COUNTER,
            Part.ROUTER,
            "berth.dead.letters",
            "Dead letters that routers wrote. cause: record (it could not be read), failed (it was tried as often as it may be),"
                    + " rejected (it could not be run).",
            "cause"),
    IN_FLIGHT(
            Kind.GAUGE,
            Part.ROUTER,
            "berth.router.in.flight",
            "Invocations that this router has taken and that have not ended."),
    QUEUED(
            Kind.GAUGE,
            Part.ROUTER,
            "berth.router.queued",
            "Those of them that wait in the router for room or for their time."),
    PINS(Kind.GAUGE, Part.ROUTER, "berth.router.pins", "Routing keys that are pinned, of this router's partitions."),
    ROUTER_TASKS(
            Kind.GAUGE, Part.ROUTER, "berth.router.partitions", "Partitions of the invocations topic that it routes."),

    // An executor's.
    CONTAINERS(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.containers",
            "Containers of an instance. state: planned, creating, starting, prewarmed, specialising, idle, paused, busy, removing.",
            "instance",
            "state"),
    RUNNING(Kind.GAUGE, Part.EXECUTOR, "berth.instance.running", "Slots of an instance that are taken.", "instance"),
    SLOTS(Kind.GAUGE, Part.EXECUTOR, "berth.instance.slots", "Slots that an instance has.", "instance"),
    INSTANCE_QUEUED(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.instance.queued",
            "Attempts that wait at an instance for a container.",
            "instance"),
    MEMORY_USED(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.instance.memory.used.bytes",
            "Memory promised to the containers of an instance.",
            "instance"),
    MEMORY_IDLE(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.instance.memory.idle.bytes",
            "The part of it that is to be had by removing idle containers.",
            "instance"),
    MEMORY(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.instance.memory.bytes",
            "Memory that containers may have together.",
            "instance"),
    ATTEMPTS(
            Kind.COUNTER,
            Part.EXECUTOR,
            "berth.attempts",
            "Attempts that ended on an instance, by the status of their result.",
            "instance",
            "status"),
    STARTS(
            Kind.COUNTER,
            Part.EXECUTOR,
            "berth.starts",
            "Attempts that were given a container. path: warm (it had run before), prewarmed (made before it was asked for), cold"
                    + " (made for want of one).",
            "tenant",
            "function",
            "path"),
    COLD_STARTS(
            Kind.COUNTER,
            Part.EXECUTOR,
            "berth.cold.starts",
            "Attempts that waited for a container to be made. reason: the step of the rule that sent them there, or replaced if the"
                    + " key's container was gone.",
            "tenant",
            "function",
            "reason"),
    CONTAINER_START(
            Kind.TIMER,
            Part.EXECUTOR,
            "berth.container.start",
            "How long containers took to be ready: from nothing (cold), or to take in code (prewarmed).",
            "instance",
            "path"),
    RESULTS_BACKLOG(
            Kind.GAUGE,
            Part.EXECUTOR,
            "berth.instance.unwritten",
            "Records that wait at an instance for Kafka to take them.",
            "instance"),

    // A gateway's.
    REQUESTS(
            Kind.TIMER,
            Part.GATEWAY,
            "berth.http.requests",
            "Requests to the API until they were answered. operation: as its description names it; status: 2xx, 3xx, 4xx, 429, 5xx.",
            "operation",
            "status"),
    REQUESTS_INSIDE(Kind.GAUGE, Part.GATEWAY, "berth.http.inside", "Requests that are being worked on."),
    CALLERS_WAITING(
            Kind.GAUGE, Part.GATEWAY, "berth.http.waiting", "Synchronous invocations whose callers wait for a result."),
    INSTANCES(
            Kind.GAUGE,
            Part.GATEWAY,
            "berth.fleet.instances",
            "Instances of the fleet, as the topics tell. state: starting, running, draining, stopped, dead, unassigned.",
            "state"),
    TRIGGER_LAG(
            Kind.GAUGE,
            Part.GATEWAY,
            "berth.trigger.lag",
            "Records of a trigger's topics that are not finished, as its workers last said.",
            "tenant",
            "trigger"),
    TRIGGER_IN_FLIGHT(
            Kind.GAUGE,
            Part.GATEWAY,
            "berth.trigger.in.flight",
            "Invocations of a trigger that are not finished.",
            "tenant",
            "trigger"),
    REPLAY_UNFINISHED(
            Kind.GAUGE,
            Part.GATEWAY,
            "berth.replay.unfinished",
            "Invocations of a replay that are not finished.",
            "tenant",
            "replay"),
    REPLAY_PUBLISHED(
            Kind.GAUGE,
            Part.GATEWAY,
            "berth.replay.published",
            "Invocations that a replay has published.",
            "tenant",
            "replay");

    /** What it is to Prometheus. */
    public enum Kind {
        /** It only grows. */
        COUNTER,
        /** It goes up and down. */
        GAUGE,
        /** A histogram of seconds, with {@link Metric#BUCKETS}. */
        TIMER
    }

    /** Which part has it. */
    public enum Part {
        ROUTER,
        EXECUTOR,
        GATEWAY;

        /** As a process is called. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Upper bounds of each timer's buckets: a warm invocation takes a few milliseconds, a cold start hundreds. */
    public static final List<Duration> BUCKETS = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2_500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    private final Kind kind;
    private final Part part;
    private final String id;
    private final String meaning;
    private final List<String> tags;

    Metric(Kind kind, Part part, String id, String meaning, String... tags) {
        this.kind = kind;
        this.part = part;
        this.id = id;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    public Kind kind() {
        return kind;
    }

    public Part part() {
        return part;
    }

    /** In the dots of Micrometer. */
    String id() {
        return id;
    }

    /** A sentence or two. */
    public String meaning() {
        return meaning;
    }

    /** The names of its tags, in the order in which {@link Telemetry} takes their values. */
    public List<String> tags() {
        return tags;
    }

    /** As Prometheus has it: {@code berth_invocations_total}; of a timer, what {@code _bucket}, {@code _sum} and {@code _count} follow. */
    public String prometheus() {
        String name = id.replace('.', '_');
        return switch (kind) {
            case COUNTER -> name + "_total";
            case GAUGE -> name;
            case TIMER -> name + "_seconds";
        };
    }
}
