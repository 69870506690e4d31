package dev.berth.gateway.checkup;

import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.Routes;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /checkup}. Event loop; the checks are made on a worker. */
public final class CheckupRoutes {
    private static final int MOST_AT_A_TIME = 2;

    private final WorkerExecutor workers;
    private final Checkup checkup;
    private int underWay;

    public CheckupRoutes(WorkerExecutor workers, Checkup checkup) {
        this.workers = workers;
        this.checkup = checkup;
    }

    /** Whether all is well. */
    public static void enter(Routes<CheckupRoutes> routes) {
        routes.add(HttpMethod.GET, "/checkup", "berth:CheckUp", CheckupRoutes::get);
    }

    /** What was found, whether it is well or not, with 200. */
    public void get(RoutingContext ctx) {
        if (underWay >= MOST_AT_A_TIME) {
            Answers.error(ctx.response(), ApiError.tooMany("Checks are being made already. Try again in a moment."));
            return;
        }
        underWay++;
        // A key is a tenant's.
        boolean ofAllTenants = Gate.caller(ctx).isEmpty();
        workers.executeBlocking(() -> checkup.run(ofAllTenants), false).onComplete(done -> {
            underWay--;
            if (done.succeeded()) {
                Answers.json(ctx.response(), 200, done.result());
            } else {
                Answers.failure(ctx.response(), done.cause());
            }
        });
    }
}
