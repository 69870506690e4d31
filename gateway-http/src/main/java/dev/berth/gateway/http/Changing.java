package dev.berth.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Requests that change something: their bodies are read, and the one worker that changes things carries them out. Event loop. */
public final class Changing {
    // The one thread keeps the order. Vert.x's own is one queue for a whole context, which others wait in as well.
    private static final boolean UNORDERED = false;

    private final BodyReader bodies;
    private final WorkerExecutor worker;

    /** @param worker of one thread */
    public Changing(BodyReader bodies, WorkerExecutor worker) {
        this.bodies = bodies;
        this.worker = worker;
    }

    /** Answers with the JSON that comes of a body. */
    public void withBody(
            RoutingContext ctx, int limitBytes, String operation, int status, Function<byte[], Object> change) {
        bodies.read(ctx.request(), limitBytes, operation)
                .compose(body -> change(() -> change.apply(body.bytes())).onComplete(done -> body.release()))
                .onSuccess(json -> Answers.json(ctx.response(), status, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** Answers with the JSON that comes of a request without a body. */
    public void without(RoutingContext ctx, int status, Callable<Object> change) {
        change(change)
                .onSuccess(json -> Answers.json(ctx.response(), status, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** Carries out one change after those before it. */
    public <T> Future<T> change(Callable<T> change) {
        return worker.executeBlocking(change, UNORDERED);
    }
}
