package dev.berth.gateway;

import dev.berth.gateway.activity.ActivityRoutes;
import dev.berth.gateway.checkup.Checkup;
import dev.berth.gateway.checkup.CheckupRoutes;
import dev.berth.gateway.events.EventRoutes;
import dev.berth.gateway.events.MappingRoutes;
import dev.berth.gateway.events.ScheduleRoutes;
import dev.berth.gateway.events.TriggerRoutes;
import dev.berth.gateway.events.TriggerStore;
import dev.berth.gateway.explain.DecisionRoutes;
import dev.berth.gateway.explain.DispatchLog;
import dev.berth.gateway.explain.ExplainRoutes;
import dev.berth.gateway.fleet.InstanceRoutes;
import dev.berth.gateway.fleet.PinRoutes;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.jobs.JobRoutes;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.jobs.JobWatchers;
import dev.berth.gateway.jobs.streams.JobsApplication;
import dev.berth.gateway.kafka.CommandPublisher;
import dev.berth.gateway.kafka.EventPublisher;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.PendingReplies;
import dev.berth.gateway.kafka.ReplyReader;
import dev.berth.gateway.kafka.TableWriter;
import dev.berth.gateway.kafka.TopicFollower;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.kafka.TopicView;
import dev.berth.gateway.kafka.UserTopics;
import dev.berth.gateway.lambda.AccountRoutes;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.FunctionRoutes;
import dev.berth.gateway.lambda.InvokeRoutes;
import dev.berth.gateway.lambda.SettingsRoutes;
import dev.berth.gateway.lambda.VersionRoutes;
import dev.berth.gateway.lambda.WaitingCallers;
import dev.berth.gateway.live.LiveRoutes;
import dev.berth.gateway.logs.LogRoutes;
import dev.berth.gateway.metrics.FleetMeters;
import dev.berth.gateway.metrics.RequestTrace;
import dev.berth.gateway.outcomes.OutcomeReader;
import dev.berth.gateway.replays.DeadLetterRoutes;
import dev.berth.gateway.replays.ReplayRoutes;
import dev.berth.gateway.replays.ReplayTopics;
import dev.berth.gateway.starts.StartRoutes;
import dev.berth.replay.read.Topics;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Metric;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that needs Kafka, wired once. Made and closed on a thread that may block. */
final class KafkaSide implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaSide.class);
    private static final long DEPLOY_MINUTES = 5;
    /** A job's status may be so much behind. */
    private static final long JOBS_GATHER_MS = 20;

    private static final int LOG_READERS = 2;
    private static final long LOG_MINUTES = 60;
    private static final int REPLAY_READERS = 4;
    private static final long FOLLOW_DAYS = 30;
    private static final int LOOKUPS = 2;
    private static final long LOOKUP_MINUTES = 1;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private PendingReplies pending;
    private TopicFollower tables;
    private JobsApplication jobsApplication;
    private TopicFollower jobsFollower;
    private FunctionRoutes functions;
    private InvokeRoutes invoke;
    private SettingsRoutes settings;
    private AccountRoutes account;
    private VersionRoutes versions;
    private ExplainRoutes explain;
    private DecisionRoutes decisions;
    private LogRoutes logs;
    private JobRoutes jobs;
    private JobWatchers jobWatchers;
    private PinRoutes pins;
    private InstanceRoutes instances;
    private StartRoutes starts;
    private ActivityRoutes activity;
    private CheckupRoutes checkup;
    private TriggerRoutes triggers;
    private MappingRoutes mappings;
    private ScheduleRoutes schedules;
    private EventRoutes events;
    private ReplayRoutes replays;
    private DeadLetterRoutes deadLetters;
    private LiveRoutes live;

    private KafkaSide() {}

    /**
     * Connects, and returns when the views have caught up and replies are read.
     *
     * @param progress told what is being waited for
     * @throws Exception if it cannot be done in time; nothing is left open then
     */
    static KafkaSide connect(
            GatewayConfig config,
            Vertx vertx,
            BodyReader bodies,
            KafkaSettings kafka,
            SchemaRegistry registry,
            Consumer<String> progress)
            throws Exception {
        KafkaSide side = new KafkaSide();
        try {
            side.start(config, vertx, bodies, kafka, registry, progress);
            return side;
        } catch (Exception e) {
            side.close();
            throw e;
        }
    }

    FunctionRoutes functions() {
        return functions;
    }

    InvokeRoutes invoke() {
        return invoke;
    }

    SettingsRoutes settings() {
        return settings;
    }

    AccountRoutes account() {
        return account;
    }

    VersionRoutes versions() {
        return versions;
    }

    ExplainRoutes explain() {
        return explain;
    }

    DecisionRoutes decisions() {
        return decisions;
    }

    LogRoutes logs() {
        return logs;
    }

    JobRoutes jobs() {
        return jobs;
    }

    PinRoutes pins() {
        return pins;
    }

    InstanceRoutes instances() {
        return instances;
    }

    ActivityRoutes activity() {
        return activity;
    }

    CheckupRoutes checkup() {
        return checkup;
    }

    StartRoutes starts() {
        return starts;
    }

    TriggerRoutes triggers() {
        return triggers;
    }

    MappingRoutes mappings() {
        return mappings;
    }

    ScheduleRoutes schedules() {
        return schedules;
    }

    EventRoutes events() {
        return events;
    }

    ReplayRoutes replays() {
        return replays;
    }

    DeadLetterRoutes deadLetters() {
        return deadLetters;
    }

    LiveRoutes live() {
        return live;
    }

    /** What is wrong now. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        tables.problem().ifPresent(problems::add);
        jobsApplication.problem().ifPresent(problems::add);
        jobsFollower.problem().ifPresent(problems::add);
        return problems;
    }

    /** Ends what would go on as long as somebody reads it. */
    void endFollowing() {
        logs.close();
        jobWatchers.close();
        live.endFollowing();
    }

    /** Answers those who still wait that they wait in vain. */
    void abandonWaiting() {
        pending.abandonAll();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others must be closed all the same.
                log.warn("A part of the gateway could not be closed part={}", part, e);
            }
        }
    }

    private void start(
            GatewayConfig config,
            Vertx vertx,
            BodyReader bodies,
            KafkaSettings kafka,
            SchemaRegistry registry,
            Consumer<String> progress)
            throws Exception {
        long deadlineNs = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(config.bounds().connectMs());
        TopicCatalogue topics = config.topics();
        progress.accept("kafka: looking for " + kafka.bootstrapServers());
        Path views = config.dataDir().resolve("views").resolve(clusterId(kafka, deadlineNs));

        var specs = new TopicTable<>(topics.functions(), registry);
        var pinTable = new TopicTable<>(topics.pins(), registry);
        var statuses = new TopicTable<>(topics.instances(), registry);
        var assignments = new TopicTable<>(topics.fleet(), registry);
        var triggerTable = new TopicTable<>(topics.triggers(), registry);
        var triggerStatuses = new TopicTable<>(topics.triggerStatus(), registry);
        var scheduleTable = new TopicTable<>(topics.schedules(), registry);
        var scheduleStatuses = new TopicTable<>(topics.scheduleStatus(), registry);
        var replayTable = new TopicTable<>(topics.replays(), registry);
        var replayStatuses = new TopicTable<>(topics.replayStatus(), registry);
        var redriveTable = new TopicTable<>(topics.redrives(), registry);
        Map<String, TopicView> followed = new HashMap<>();
        for (TopicTable<?> table : List.of(
                specs,
                pinTable,
                statuses,
                assignments,
                triggerTable,
                triggerStatuses,
                scheduleTable,
                scheduleStatuses,
                replayTable,
                replayStatuses,
                redriveTable)) {
            followed.put(table.topic(), table);
        }
        tables = opened(new TopicFollower("gateway-tables", kafka, followed));
        new FleetMeters(statuses, assignments, triggerStatuses, replayStatuses).bindTo(config.telemetry());
        jobsApplication = opened(new JobsApplication(kafka, topics, registry, views.resolve("jobs-streams")));
        JobView jobView = opened(new JobView(topics, registry, views.resolve("jobs-copy")));

        InvocationPublisher publisher = opened(new InvocationPublisher(kafka, topics, registry, config.telemetry()));
        publisher.prepare();
        CommandPublisher commands = opened(new CommandPublisher(kafka, topics, registry));
        commands.prepare();
        jobWatchers = opened(new JobWatchers(vertx, jobView));
        pending = new PendingReplies(config.bounds().waitingInvocations());
        int replyPartition = config.replyPartition()
                .orElseGet(() ->
                        ThreadLocalRandom.current().nextInt(topics.replies().partitions()));
        ReplyReader replies =
                opened(new ReplyReader(kafka, topics, registry, replyPartition, pending, config.telemetry()));
        config.telemetry().gauge(Metric.CALLERS_WAITING, pending, PendingReplies::size);
        await("replies: looking for the end of their partition", replies.positioned(), deadlineNs, progress);
        await("tables: reading functions, pins and instances", tables.caughtUp(), deadlineNs, progress);
        progress.accept("jobs: the view takes in what happened meanwhile");
        jobsApplication.awaitCaughtUp(deadlineNs);
        jobsFollower = opened(new TopicFollower(
                "gateway-jobs",
                kafka,
                Map.of(topics.jobs().name(), jobView, topics.containerEvents().name(), jobView),
                JOBS_GATHER_MS));
        await("jobs: reading the view", jobsFollower.caughtUp(), deadlineNs, progress);

        TableWriter writer = opened(new TableWriter(
                kafka,
                registry,
                tables,
                List.of(topics.functions(), topics.code(), topics.triggers(), topics.schedules(), topics.replays())));
        FunctionDeployer deployer = new FunctionDeployer(topics, specs, writer);
        WorkerExecutor deploying =
                vertx.createSharedWorkerExecutor("gateway-deploy", 1, DEPLOY_MINUTES, TimeUnit.MINUTES);
        parts.push(() -> deploying.close().await());
        Changing changing = new Changing(bodies, deploying);
        CallerIdentity identity = new CallerIdentity();
        functions = new FunctionRoutes(identity, changing, specs, deployer);
        settings = new SettingsRoutes(identity, bodies, changing, specs, deployer);
        account = new AccountRoutes(identity, specs, statuses, assignments);
        versions = new VersionRoutes(identity, bodies, changing, specs, deployer);
        RequestTrace trace = new RequestTrace(config.telemetry().traces());
        WaitingCallers waiting = new WaitingCallers(vertx, publisher, trace, pending, replyPartition);
        explain = new ExplainRoutes(vertx, identity, bodies, specs, waiting);
        WorkerExecutor logReaders =
                vertx.createSharedWorkerExecutor("gateway-log", LOG_READERS, LOG_MINUTES, TimeUnit.MINUTES);
        parts.push(() -> logReaders.close().await());
        DispatchLog dispatches = opened(new DispatchLog(kafka, topics, registry));
        decisions = new DecisionRoutes(vertx, identity, logReaders, jobView, dispatches);
        OutcomeReader outcomes = opened(new OutcomeReader(logReaders, kafka, topics, registry));
        starts = new StartRoutes(identity, outcomes);
        activity = new ActivityRoutes(identity, outcomes);
        checkup = new CheckupRoutes(
                logReaders,
                new Checkup(
                        kafka,
                        topics,
                        registry,
                        new Checkup.Tables(statuses, assignments, pinTable, triggerTable, triggerStatuses)));
        WorkerExecutor logFollowers = vertx.createSharedWorkerExecutor(
                "gateway-follow", LogRoutes.MOST_AT_A_TIME, FOLLOW_DAYS, TimeUnit.DAYS);
        parts.push(() -> logFollowers.close().await());
        logs = opened(new LogRoutes(vertx, identity, logFollowers, kafka, topics, registry, specs, jobView));
        invoke = new InvokeRoutes(
                vertx,
                identity,
                bodies,
                specs,
                publisher,
                trace,
                waiting,
                jobView,
                config.bounds().startMs());
        jobs = new JobRoutes(vertx, identity, bodies, specs, publisher, trace, commands, jobView, jobWatchers);
        pins = new PinRoutes(vertx, identity, pinTable);
        instances = new InstanceRoutes(statuses, assignments);
        UserTopics userTopics = opened(new UserTopics(kafka));
        TriggerStore store = new TriggerStore(topics, specs, triggerTable, triggerStatuses, writer);
        triggers = new TriggerRoutes(identity, store, changing);
        mappings = new MappingRoutes(identity, store, userTopics, changing);
        schedules = new ScheduleRoutes(identity, topics, specs, scheduleTable, scheduleStatuses, writer, changing);
        WorkerExecutor lookups =
                vertx.createSharedWorkerExecutor("gateway-lookup", LOOKUPS, LOOKUP_MINUTES, TimeUnit.MINUTES);
        parts.push(() -> lookups.close().await());
        events = new EventRoutes(
                identity, topics, specs, bodies, lookups, opened(new EventPublisher(kafka, userTopics)));
        ReplayTopics replayTopics = opened(new ReplayTopics(
                new Topics(kafka, registry, topics),
                new ReplayTopics.Tables(replayTable, replayStatuses, redriveTable, triggerTable, specs),
                writer));
        WorkerExecutor replayReaders =
                vertx.createSharedWorkerExecutor("gateway-replays", REPLAY_READERS, LOG_MINUTES, TimeUnit.MINUTES);
        parts.push(() -> replayReaders.close().await());
        replays = opened(new ReplayRoutes(identity, bodies, replayReaders, replayTopics));
        deadLetters = new DeadLetterRoutes(identity, bodies, replayReaders, replayTopics, replays);
        live = opened(new LiveRoutes(vertx, identity, instances, pinTable, specs, kafka, topics, registry));
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Views on disk belong to one cluster: offsets of another mean nothing. */
    private static String clusterId(KafkaSettings kafka, long deadlineNs) throws Exception {
        Admin admin = Admin.create(kafka.client("gateway-start"));
        try {
            return admin.describeCluster()
                    .clusterId()
                    .get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "Kafka does not answer at " + kafka.bootstrapServers()
                            + ". Is the broker running, and is the address right?",
                    e);
        } finally {
            // Closing without a bound would wait for the answer that did not come.
            admin.close(Duration.ZERO);
        }
    }

    private void await(String what, CompletableFuture<Void> future, long deadlineNs, Consumer<String> progress)
            throws Exception {
        progress.accept(what);
        try {
            future.get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            List<String> why = new ArrayList<>();
            tables.problem().ifPresent(why::add);
            if (jobsFollower != null) {
                jobsFollower.problem().ifPresent(why::add);
            }
            throw new IllegalStateException(
                    "The gateway did not get ready in time (" + what + "). " + String.join("; ", why)
                            + (why.isEmpty() ? "" : ". ") + "Were the topics made, and is the broker well?",
                    e);
        }
    }
}
