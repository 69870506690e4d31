package dev.berth.gateway.starts;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.outcomes.OutcomeReader;
import dev.berth.gateway.starts.core.StartReport;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/** {@code GET /starts}. Event loop. */
public final class StartRoutes {
    private static final long LOOK_BACK_MS = TimeUnit.HOURS.toMillis(1);
    private static final double BOUND_MS = 100;

    private final CallerIdentity identity;
    private final OutcomeReader outcomes;

    public StartRoutes(CallerIdentity identity, OutcomeReader outcomes) {
        this.identity = identity;
        this.outcomes = outcomes;
    }

    /** How long starts took. */
    public static void enter(Routes<StartRoutes> routes) {
        routes.add(HttpMethod.GET, "/starts", "berth:GetStarts", StartRoutes::starts);
    }

    /** GET /starts?since=&bound=&function=: request-to-start of what ended since then, by path, against a bound. */
    public void starts(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String tenant = identity.tenant(request);
        String function = request.getParam("function");
        StartReport report = new StartReport(bound(request));
        long sinceMs = Times.parameter(request, "since").orElse(System.currentTimeMillis() - LOOK_BACK_MS);
        outcomes.answer(
                ctx.response(),
                tenant,
                sinceMs,
                Long.MAX_VALUE,
                outcome -> {
                    if (function == null || function.equals(outcome.getResult().getFunction())) {
                        report.add(outcome);
                    }
                },
                whole -> report.json().put("sinceMs", sinceMs));
    }

    private static double bound(HttpServerRequest request) {
        String given = request.getParam("bound");
        if (given == null) {
            return BOUND_MS;
        }
        if (!given.matches("[0-9]{1,7}(\\.[0-9]{1,3})?")) {
            throw ApiError.invalidParameter("The parameter bound must be milliseconds, such as 100.")
                    .exception();
        }
        return Double.parseDouble(given);
    }
}
