package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.jobs.core.IdempotencyKey;
import dev.berth.gateway.kafka.CommandPublisher;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.metrics.RequestTrace;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** {@code /jobs}. Event loop; the view is read on workers, as it may be on disk. */
public final class JobRoutes {
    // The envelope around the payload.
    private static final int BODY_BYTES = Limits.ASYNC_PAYLOAD_BYTES + 64 * 1024;
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 200;

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final TopicTable<FunctionSpec> functions;
    private final InvocationPublisher publisher;
    private final RequestTrace trace;
    private final CommandPublisher commands;
    private final JobView jobs;
    private final JobWatchers watchers;

    public JobRoutes(
            Vertx vertx,
            CallerIdentity identity,
            BodyReader bodies,
            TopicTable<FunctionSpec> functions,
            InvocationPublisher publisher,
            RequestTrace trace,
            CommandPublisher commands,
            JobView jobs,
            JobWatchers watchers) {
        this.vertx = vertx;
        this.identity = identity;
        this.bodies = bodies;
        this.functions = functions;
        this.publisher = publisher;
        this.trace = trace;
        this.commands = commands;
        this.jobs = jobs;
        this.watchers = watchers;
    }

    /** Jobs. */
    public static void enter(Routes<JobRoutes> routes) {
        routes.add(HttpMethod.POST, "/jobs", "berth:SubmitJob", JobRoutes::submit);
        routes.add(HttpMethod.GET, "/jobs", "berth:ListJobs", JobRoutes::list);
        routes.add(HttpMethod.GET, "/jobs/:id", "berth:GetJob", JobRoutes::get);
        routes.add(HttpMethod.DELETE, "/jobs/:id", "berth:CancelJob", JobRoutes::cancel);
        routes.add(HttpMethod.GET, "/jobs/:id/events", "berth:WatchJob", JobRoutes::events);
    }

    /** POST /jobs: 202 for a new job, 200 for one whose id was submitted before. */
    public void submit(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        bodies.read(ctx.request(), BODY_BYTES, "SubmitJob")
                .compose(body -> vertx.executeBlocking(
                                () -> prepare(tenant, body.bytes(), ctx.request()::getHeader), false)
                        .onComplete(done -> body.release()))
                .onSuccess(prepared -> {
                    if (prepared instanceof Prepared.Known known) {
                        Answers.json(ctx.response(), 200, JobShapes.whole(known.job()));
                    } else if (prepared instanceof Prepared.Fresh fresh) {
                        publish(ctx, fresh.invocation(), fresh.meetsAtFunction());
                    }
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** GET /jobs/{id}. */
    public void get(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        vertx.executeBlocking(() -> JobShapes.whole(owned(tenant, id)), false)
                .onSuccess(json -> Answers.json(ctx.response(), 200, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /**
     * GET /jobs?function=&status=&key=&from=&to=&limit=&next=: the latest first. With {@code next} in the answer there may be more,
     * even if the page is not full: a page looks at a bounded number of jobs.
     */
    public void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String tenant = identity.tenant(request);
        int limit = Parameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
        String function = request.getParam("function");
        String key = request.getParam("key");
        String status = request.getParam("status");
        if (status != null && !JobShapes.STATUSES.contains(status)) {
            throw ApiError.invalidParameter("status must be one of " + String.join(", ", JobShapes.STATUSES) + ".")
                    .exception();
        }
        long fromMs = Times.parameter(request, "from").orElse(0);
        long toMs = Times.parameter(request, "to").orElse(Long.MAX_VALUE);
        Optional<String> next = Optional.ofNullable(request.getParam("next"));
        long nowMs = System.currentTimeMillis();
        vertx.executeBlocking(
                        () -> jobs.page(
                                limit,
                                fromMs,
                                toMs,
                                next,
                                job -> job.tenant().equals(tenant)
                                        && (function == null || job.function().equals(function))
                                        && (key == null
                                                || job.routingValue()
                                                        .filter(key::equals)
                                                        .isPresent()),
                                job -> status == null
                                        || JobShapes.status(job, nowMs).equals(status)),
                        false)
                .onSuccess(found -> Answers.json(ctx.response(), 200, listed(found)))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /**
     * DELETE /jobs/{id}: asks the router to cancel. 202 with the job as it is now; 200 if it is cancelled already; 409 with its final
     * status if it has ended otherwise. Once more is no error.
     */
    public void cancel(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        vertx.executeBlocking(() -> owned(tenant, id), false)
                .onSuccess(job -> {
                    String status = JobShapes.status(job, System.currentTimeMillis());
                    if (job.outcome().isPresent() && !status.equals("cancelled")) {
                        Answers.error(
                                ctx.response(),
                                ApiError.conflict(
                                        "Job " + id + " has ended already: " + status + ". Nothing was done."));
                    } else if (job.outcome().isPresent()) {
                        Answers.json(ctx.response(), 200, JobShapes.whole(job));
                    } else if (!job.submission().asynchronous()) {
                        Answers.error(
                                ctx.response(),
                                ApiError.conflict("Invocation " + id
                                        + " is synchronous: its caller waits for it. Only jobs can be cancelled."));
                    } else {
                        order(ctx, job);
                    }
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private void order(RoutingContext ctx, JobView.Job job) {
        Context context = vertx.getOrCreateContext();
        commands.cancel(
                job.submission().id(),
                job.submission().tenant(),
                job.submission().partitions(),
                refusal -> context.runOnContext(now -> {
                    if (refusal.isPresent()) {
                        Answers.error(ctx.response(), refusal.get());
                    } else {
                        Answers.json(ctx.response(), 202, JobShapes.whole(job));
                    }
                }));
    }

    /** GET /jobs/{id}/events: server-sent events, one for each change of status, until the job has ended. */
    public void events(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        watchers.admit(tenant);
        vertx.executeBlocking(() -> owned(tenant, id), false)
                .onSuccess(job -> watchers.watch(ctx, job))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private JobView.Job owned(String tenant, String id) {
        return jobs.find(id)
                .filter(job -> job.submission().tenant().equals(tenant))
                .orElseThrow(() -> noJob(id).exception());
    }

    private sealed interface Prepared {
        /** The id was submitted before. */
        record Known(JobView.Job job) implements Prepared {}

        /** A new job. */
        record Fresh(Invocation invocation, boolean meetsAtFunction) implements Prepared {}
    }

    private Prepared prepare(String tenant, byte[] body, UnaryOperator<String> header) {
        JobRequest request = JobRequest.parse(body, header);
        if (request.id().isPresent() && !tenant.equals(CallerIdentity.DEFAULT_TENANT)) {
            throw ApiError.invalidParameter("Only tenant " + CallerIdentity.DEFAULT_TENANT
                            + " can choose the ids of its jobs, since ids are not divided by tenant."
                            + " Give an idempotencyKey: the same key is the same job.")
                    .exception();
        }
        long nowMs = System.currentTimeMillis();
        Optional<JobView.Job> existing = request.id()
                .flatMap(jobs::find)
                .or(() -> request.idempotencyKey()
                        .flatMap(key -> IdempotencyKey.ids(
                                        tenant, request.function().name(), key, nowMs)
                                .stream()
                                .flatMap(id -> jobs.find(id).stream())
                                .filter(job -> job.submission().submittedMs() > nowMs - IdempotencyKey.WINDOW_MS)
                                .findFirst()));
        if (existing.isPresent()) {
            requireSame(existing.get().submission(), tenant, request);
            return new Prepared.Known(existing.get());
        }
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(tenant, request.function().name()))
                .filter(found ->
                        InvokeRequest.version(found, request.function()).isPresent())
                .orElseThrow(() -> request.function().notFound().exception());
        String id = request.id()
                .or(() -> request.idempotencyKey()
                        .map(key -> IdempotencyKey.ids(
                                        tenant, request.function().name(), key, nowMs)
                                .get(0)))
                .orElseGet(() -> UUID.randomUUID().toString());
        Invocation invocation = request.invocation(id, tenant, spec, nowMs);
        invocation.setHeaders(InvokeRequest.traced(header));
        return new Prepared.Fresh(invocation, spec.getReservedConcurrency() != null);
    }

    private static void requireSame(Submission before, String tenant, JobRequest request) {
        // A value that a rule derived may be another by now, since the rule may be.
        Optional<String> value = request.target().routingValue();
        if (!before.tenant().equals(tenant)
                || !before.function().equals(request.function().name())
                || (value.isPresent() && !before.routingValue().equals(value))
                || (!before.fingerprint().isEmpty() && !before.fingerprint().equals(request.fingerprint()))) {
            throw ApiError.conflict((request.idempotencyKey().isPresent()
                                    ? "The idempotency key was used for another request less than a day ago: job "
                                            + before.id()
                                    : "The id " + before.id() + " is taken by a job of another function or key")
                            + ". Nothing was submitted; choose another.")
                    .exception();
        }
    }

    private void publish(RoutingContext ctx, Invocation invocation, boolean meetsAtFunction) {
        Context context = vertx.getOrCreateContext();
        Consumer<Optional<ApiError>> done = trace.begin(
                ctx,
                invocation,
                refusal -> context.runOnContext(now -> {
                    if (refusal.isPresent()) {
                        Answers.error(ctx.response(), refusal.get());
                        return;
                    }
                    long submittedMs = System.currentTimeMillis();
                    int partition = publisher.partition(invocation, meetsAtFunction);
                    jobs.accepted(invocation, submittedMs, partition);
                    if (Answers.open(ctx.response())) {
                        ctx.response().putHeader("Location", "/jobs/" + invocation.getId());
                    }
                    Answers.json(
                            ctx.response(),
                            202,
                            JobShapes.whole(new JobView.Job(
                                    Submission.of(invocation, submittedMs, partition),
                                    Optional.empty(),
                                    Optional.empty())));
                }));
        publisher.publish(invocation, meetsAtFunction, done);
    }

    private static ObjectNode listed(JobView.Page found) {
        ObjectNode json = Json.object();
        var rows = json.putArray("jobs");
        found.jobs().forEach(job -> rows.add(JobShapes.summary(job)));
        found.next().ifPresent(next -> json.put("next", next));
        return json;
    }

    private static ApiError noJob(String id) {
        String shown = id.length() > 128 ? id.substring(0, 128) + "…" : id;
        return ApiError.notFound(
                "No job " + shown + " is known here. Jobs are kept for 7 days; see GET /jobs for the latest.");
    }
}
