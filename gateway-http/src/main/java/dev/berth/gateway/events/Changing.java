package dev.berth.gateway.events;

import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Requests that change something: their bodies are read, and the one worker that changes things carries them out. Event loop. */
public final class Changing {
    /** Triggers and schedules; a payload may be in it, as text or Base64. */
    public static final int BODY_BYTES = 2 * 1024 * 1024;

    // The one thread keeps the order; see FunctionRoutes.
    private static final boolean UNORDERED = false;

    private final BodyReader bodies;
    private final WorkerExecutor worker;

    public Changing(BodyReader bodies, WorkerExecutor worker) {
        this.bodies = bodies;
        this.worker = worker;
    }

    /** Answers with the JSON that comes of a body. */
    public void withBody(RoutingContext ctx, String operation, int status, Function<byte[], Object> change) {
        bodies.read(ctx.request(), BODY_BYTES, operation)
                .compose(body -> changed(() -> change.apply(body.bytes())).onComplete(done -> body.release()))
                .onSuccess(json -> Answers.json(ctx.response(), status, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** Answers with the JSON that comes of a request without a body. */
    public void without(RoutingContext ctx, int status, Callable<Object> change) {
        changed(change)
                .onSuccess(json -> Answers.json(ctx.response(), status, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private Future<Object> changed(Callable<Object> change) {
        return worker.executeBlocking(change, UNORDERED);
    }
}
