package dev.berth.gateway.explain;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BlockingBody;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.kafka.TopicStretches;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /explain/{id}} and {@code GET /decisions}. Event loop; the log is read on few workers of its own. */
public final class DecisionRoutes {
    private static final Logger log = LoggerFactory.getLogger(DecisionRoutes.class);
    private static final long LOOK_BACK_MS = TimeUnit.HOURS.toMillis(1);
    private static final int MOST_AT_A_TIME = 16;
    // Says how many decisions there are at most, so that a client can show how far it is.
    private static final String RECORDS_HEADER = "X-Berth-Records";

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final WorkerExecutor readers;
    private final DispatchLog dispatches;
    private final Explainer explainer;
    private int reading;

    /** @param readers the workers that read the log; each request takes one for as long as it reads */
    public DecisionRoutes(
            Vertx vertx, CallerIdentity identity, WorkerExecutor readers, JobView jobs, DispatchLog dispatches) {
        this.vertx = vertx;
        this.identity = identity;
        this.readers = readers;
        this.dispatches = dispatches;
        this.explainer = new Explainer(jobs, dispatches);
    }

    /** What became of an invocation, and the decision log. */
    public static void enter(Routes<DecisionRoutes> routes) {
        routes.add(HttpMethod.GET, "/explain/:id", "berth:ExplainInvocation", DecisionRoutes::explain);
        routes.add(HttpMethod.GET, "/decisions", "berth:ListDecisions", DecisionRoutes::decisions);
    }

    /** GET /explain/{id}?since=: what became of an invocation and why. */
    public void explain(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        long nowMs = System.currentTimeMillis();
        long sinceMs = Times.parameter(ctx.request(), "since").orElse(nowMs - LOOK_BACK_MS);
        String id = ctx.pathParam("id");
        read(ctx, () -> {
            Object account = explainer.explain(tenant, id, sinceMs, nowMs);
            return () -> Answers.json(ctx.response(), 200, account);
        });
    }

    /** GET /decisions?from=&to=&function=&key=: the log of a stretch of time, as an Avro container file of dispatches. */
    public void decisions(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        long nowMs = System.currentTimeMillis();
        long fromMs = Times.parameter(request, "from").orElse(nowMs - LOOK_BACK_MS);
        long toMs = Times.parameter(request, "to").orElse(nowMs);
        if (toMs <= fromMs) {
            throw ApiError.invalidParameter("The time in from must be before the one in to.")
                    .exception();
        }
        var wanted = new DecisionExport.Wanted(
                identity.tenant(request), request.getParam("function"), request.getParam("key"));
        Context context = vertx.getOrCreateContext();
        read(ctx, () -> {
            export(new DecisionExport(dispatches, wanted), fromMs, toMs, context, ctx.response());
            return () -> {};
        });
    }

    /** Runs on a worker, but for the head of the response. */
    private void export(DecisionExport export, long fromMs, long toMs, Context context, HttpServerResponse response)
            throws IOException {
        try (TopicStretches.Reading reading = dispatches.read(fromMs, toMs)) {
            context.runOnContext(now -> {
                if (Answers.open(response)) {
                    response.setChunked(true)
                            .putHeader("Content-Type", "application/avro")
                            .putHeader(RECORDS_HEADER, Long.toString(reading.records()));
                }
            });
            export.write(reading, new BlockingBody(context, response));
        }
    }

    /** Reads on a worker, and answers on the event loop with what that returns. */
    private void read(RoutingContext ctx, Callable<Runnable> work) {
        if (reading >= MOST_AT_A_TIME) {
            Answers.error(
                    ctx.response(),
                    ApiError.tooMany(
                            MOST_AT_A_TIME + " requests read the decision log already. Try again in a moment."));
            return;
        }
        reading++;
        readers.executeBlocking(work, false).onComplete(done -> {
            reading--;
            if (done.succeeded()) {
                done.result().run();
            } else if (ctx.response().headWritten()) {
                // A body that breaks off must not look whole.
                log.info(
                        "A reader of the decision log was cut off cause={}",
                        done.cause().toString());
                ctx.response().reset();
            } else {
                Answers.failure(ctx.response(), done.cause());
            }
        });
    }
}
