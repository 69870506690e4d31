package dev.berth.gateway.activity;

import dev.berth.gateway.activity.core.ActivityReport;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.outcomes.OutcomeReader;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /activity}. Event loop. */
public final class ActivityRoutes {
    private static final int USUAL_SECONDS = 10;
    private static final int MOST_SECONDS = 300;
    /** Of one look; beyond it the answer says that it is not the whole. */
    private static final int MOST_OUTCOMES = 50_000;

    private final CallerIdentity identity;
    private final OutcomeReader outcomes;

    public ActivityRoutes(CallerIdentity identity, OutcomeReader outcomes) {
        this.identity = identity;
        this.outcomes = outcomes;
    }

    /** What goes on. */
    public static void enter(Routes<ActivityRoutes> routes) {
        routes.add(HttpMethod.GET, "/activity", "berth:GetActivity", ActivityRoutes::get);
    }

    /** GET /activity?seconds=: of the tenant's invocations that ended in the last seconds. */
    public void get(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        int seconds = Parameters.number(ctx.request(), "seconds", USUAL_SECONDS, MOST_SECONDS);
        ActivityReport report = new ActivityReport();
        outcomes.answer(
                ctx.response(),
                tenant,
                System.currentTimeMillis() - seconds * 1_000L,
                MOST_OUTCOMES,
                report::add,
                whole -> report.json(seconds, whole));
    }
}
