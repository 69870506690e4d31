package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    private final JobView jobs;

    public JobRoutes(
            Vertx vertx,
            CallerIdentity identity,
            BodyReader bodies,
            TopicTable<FunctionSpec> functions,
            InvocationPublisher publisher,
            JobView jobs) {
        this.vertx = vertx;
        this.identity = identity;
        this.bodies = bodies;
        this.functions = functions;
        this.publisher = publisher;
        this.jobs = jobs;
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
        vertx.executeBlocking(
                        () -> jobs.find(id)
                                .filter(job -> job.submission().tenant().equals(tenant))
                                .map(JobShapes::whole)
                                .orElseThrow(() -> noJob(id).exception()),
                        false)
                .onSuccess(json -> Answers.json(ctx.response(), 200, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** GET /jobs?limit=&function=: the latest first. */
    public void list(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        int limit = Parameters.limit(ctx.request(), DEFAULT_LIMIT, MAX_LIMIT);
        String function = ctx.request().getParam("function");
        vertx.executeBlocking(
                        () -> jobs.recent(
                                limit,
                                job -> job.tenant().equals(tenant)
                                        && (function == null || job.function().equals(function))),
                        false)
                .onSuccess(found -> Answers.json(ctx.response(), 200, listed(found)))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private sealed interface Prepared {
        /** The id was submitted before. */
        record Known(JobView.Job job) implements Prepared {}

        /** A new job. */
        record Fresh(Invocation invocation, boolean meetsAtFunction) implements Prepared {}
    }

    private Prepared prepare(String tenant, byte[] body, UnaryOperator<String> header) {
        JobRequest request = JobRequest.parse(body, header);
        Optional<JobView.Job> existing = request.id().flatMap(jobs::find);
        if (existing.isPresent()) {
            requireSame(existing.get().submission(), tenant, request);
            return new Prepared.Known(existing.get());
        }
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(tenant, request.function().name()))
                .filter(found ->
                        InvokeRequest.version(found, request.function()).isPresent())
                .orElseThrow(() -> request.function().notFound().exception());
        String id = request.id().orElseGet(() -> UUID.randomUUID().toString());
        return new Prepared.Fresh(request.invocation(id, tenant, spec), spec.getReservedConcurrency() != null);
    }

    private static void requireSame(Submission before, String tenant, JobRequest request) {
        // A value that a rule derived may be another by now, since the rule may be.
        Optional<String> value = request.target().routingValue();
        if (!before.tenant().equals(tenant)
                || !before.function().equals(request.function().name())
                || (value.isPresent() && !before.routingValue().equals(value))) {
            throw ApiError.conflict(
                            "The id " + before.id()
                                    + " is taken by a job of another function or key. Nothing was submitted; choose another id.")
                    .exception();
        }
    }

    private void publish(RoutingContext ctx, Invocation invocation, boolean meetsAtFunction) {
        Context context = vertx.getOrCreateContext();
        publisher.publish(
                invocation,
                meetsAtFunction,
                refusal -> context.runOnContext(now -> {
                    if (refusal.isPresent()) {
                        Answers.error(ctx.response(), refusal.get());
                        return;
                    }
                    long submittedMs = System.currentTimeMillis();
                    jobs.accepted(invocation, submittedMs);
                    if (Answers.open(ctx.response())) {
                        ctx.response().putHeader("Location", "/jobs/" + invocation.getId());
                    }
                    Answers.json(
                            ctx.response(),
                            202,
                            JobShapes.whole(new JobView.Job(Submission.of(invocation, submittedMs), Optional.empty())));
                }));
    }

    private static ObjectNode listed(List<JobView.Job> found) {
        ObjectNode json = Json.object();
        var rows = json.putArray("jobs");
        found.forEach(job -> rows.add(JobShapes.summary(job)));
        return json;
    }

    private static ApiError noJob(String id) {
        String shown = id.length() > 128 ? id.substring(0, 128) + "…" : id;
        return ApiError.notFound(
                "No job " + shown + " is known here. Jobs are kept for 7 days; see GET /jobs for the latest.");
    }
}
