package dev.berth.gateway.logs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BlockingBody;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.logs.core.Wanted;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /logs}. Event loop; each answer is written by a worker of its own, as long as somebody reads it. */
public final class LogRoutes implements AutoCloseable {
    /** How many answers are written at a time. */
    public static final int MOST_AT_A_TIME = 32;

    private static final Logger log = LoggerFactory.getLogger(LogRoutes.class);
    // So that one tenant's do not take all.
    private static final int MOST_OF_A_TENANT = 16;
    private static final int MOST_LINES = 10_000;
    private static final long LOOK_BACK_MS = TimeUnit.MINUTES.toMillis(10);
    private static final long SLACK_MS = 2_000;

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final WorkerExecutor readers;
    private final KafkaSettings kafka;
    private final TopicCatalogue topics;
    private final SchemaRegistry registry;
    private final TopicTable<FunctionSpec> functions;
    private final JobView jobs;
    private final Map<String, Integer> reading = new HashMap<>();
    private volatile boolean closed;

    /** @param readers at least {@link #MOST_AT_A_TIME} workers */
    public LogRoutes(
            Vertx vertx,
            CallerIdentity identity,
            WorkerExecutor readers,
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry,
            TopicTable<FunctionSpec> functions,
            JobView jobs) {
        this.vertx = vertx;
        this.identity = identity;
        this.readers = readers;
        this.kafka = kafka;
        this.topics = topics;
        this.registry = registry;
        this.functions = functions;
        this.jobs = jobs;
    }

    /** What functions print. */
    public static void enter(Routes<LogRoutes> routes) {
        routes.add(HttpMethod.GET, "/logs", "berth:ReadLogs", LogRoutes::logs);
    }

    /** What a request asks for, before anything was looked up. */
    private record Question(
            String tenant,
            Optional<FunctionName> function,
            String invocation,
            String container,
            String instance,
            OptionalLong sinceMs,
            boolean follow,
            OptionalInt limit) {}

    /**
     * GET /logs?function=&invocation=&container=&instance=&since=&limit=&follow=: lines as JSON objects, one a line. A function or
     * an invocation must be given. Empty lines are signs of life.
     */
    public void logs(RoutingContext ctx) {
        Question question = question(ctx.request());
        int own = reading.getOrDefault(question.tenant(), 0);
        int all = reading.values().stream().mapToInt(Integer::intValue).sum();
        if (own >= MOST_OF_A_TENANT || all >= MOST_AT_A_TIME) {
            Answers.error(
                    ctx.response(),
                    ApiError.tooMany((own >= MOST_OF_A_TENANT
                                    ? own + " requests of tenant " + question.tenant()
                                    : all + " requests")
                            + " read logs already. End one that follows, or try again in a moment."));
            return;
        }
        AtomicBoolean gone = new AtomicBoolean();
        ctx.addEndHandler(end -> gone.set(true));
        reading.merge(question.tenant(), 1, Integer::sum);
        Context context = vertx.getOrCreateContext();
        readers.executeBlocking(
                        () -> {
                            read(question, context, ctx.response(), gone);
                            return null;
                        },
                        false)
                .onComplete(done -> {
                    reading.computeIfPresent(question.tenant(), (tenant, count) -> count > 1 ? count - 1 : null);
                    if (done.failed()) {
                        failed(ctx.response(), done.cause());
                    }
                });
    }

    /** Ends what is being written; new requests are not let in any more. Any thread. */
    @Override
    public void close() {
        closed = true;
    }

    private Question question(HttpServerRequest request) {
        String function = request.getParam("function");
        String invocation = request.getParam("invocation");
        if (function == null && invocation == null) {
            throw ApiError.invalidParameter("Whose logs? Give function, or invocation.")
                    .exception();
        }
        String follow = request.getParam("follow");
        if (follow != null && !follow.equals("true") && !follow.equals("false")) {
            throw ApiError.invalidParameter("follow must be true or false.").exception();
        }
        return new Question(
                identity.tenant(request),
                Optional.ofNullable(function).map(name -> FunctionName.parse(name, request.getParam("qualifier"))),
                invocation,
                request.getParam("container"),
                request.getParam("instance"),
                Times.parameter(request, "since"),
                "true".equals(follow),
                request.getParam("limit") == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Parameters.limit(request, MOST_LINES, MOST_LINES)));
    }

    /** On a worker, but for the head of the response. */
    private void read(Question question, Context context, HttpServerResponse response, AtomicBoolean gone)
            throws IOException {
        String version = question.function()
                .flatMap(name -> version(question.tenant(), name))
                .orElse(null);
        Optional<JobView.Job> job = question.invocation() == null
                ? Optional.empty()
                : jobs.find(question.invocation())
                        .filter(found -> found.submission().tenant().equals(question.tenant()));
        String function = question.function()
                .map(FunctionName::name)
                .or(() -> job.map(found -> found.submission().function()))
                .orElseThrow(() -> unknown(question, OptionalLong.empty()));
        long sinceMs = question.sinceMs()
                .orElseGet(() -> job.map(found -> found.submission().submittedMs() - SLACK_MS)
                        .orElse(System.currentTimeMillis() - LOOK_BACK_MS));
        try (LogTopicReader topic = new LogTopicReader(kafka, topics, registry, question.tenant(), function, sinceMs)) {
            if (question.invocation() != null
                    && job.filter(found -> found.submission().function().equals(function))
                            .isEmpty()) {
                throw unknown(question, topic.oldestMs());
            }
            context.runOnContext(now -> {
                if (Answers.open(response)) {
                    response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
                }
            });
            BlockingBody body = new BlockingBody(context, response);
            if (question.follow()) {
                // Whoever follows is told at once that it is so.
                body.write('\n');
                body.flush();
            }
            Wanted wanted = new Wanted(
                    question.tenant(),
                    function,
                    version,
                    question.invocation(),
                    job.flatMap(JobView.Job::outcome)
                            .map(Outcome::getResult)
                            .filter(result -> result.getStatus() == ResultStatus.INIT_FAILED)
                            .map(Result::getContainerId)
                            .orElse(null),
                    question.container(),
                    question.instance());
            new LogReading(wanted, question.follow(), question.limit(), jobs, () -> gone.get() || closed)
                    .write(topic, body);
        }
    }

    /** The version that a qualifier names; empty without one. */
    private Optional<String> version(String tenant, FunctionName name) {
        FunctionVersion version = functions
                .get(FunctionDeployer.key(tenant, name.name()))
                .flatMap(spec -> InvokeRequest.version(spec, name))
                .orElseThrow(() -> name.notFound().exception());
        return name.qualifier().map(given -> version.getVersion());
    }

    private static ApiException unknown(Question question, OptionalLong oldestMs) {
        String id = question.invocation();
        String shown = id.length() > 128 ? id.substring(0, 128) + "…" : id;
        String of =
                question.function().map(name -> " of function " + name.name()).orElse("");
        String back = oldestMs.isPresent()
                ? " Logs go back to "
                        + Instant.ofEpochMilli(oldestMs.getAsLong()).truncatedTo(ChronoUnit.SECONDS) + "."
                : " Logs are kept for 3 days at most.";
        return ApiError.notFound("No invocation " + shown + of + " is known here." + back
                        + " Was the id copied whole, and is the function the right one?")
                .exception();
    }

    private static void failed(HttpServerResponse response, Throwable cause) {
        if (response.headWritten()) {
            // A body that breaks off must not look whole.
            log.debug("A reader of logs was cut off cause={}", cause.toString());
            response.reset();
        } else {
            Answers.failure(response, cause);
        }
    }
}
