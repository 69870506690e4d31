package dev.berth.gateway.metrics;

import dev.berth.gateway.http.Answers;
import dev.berth.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /metrics}: all meters of this process, for Prometheus. Made on a worker, since that takes milliseconds that the event loop
 * has not. It tells of all tenants.
 */
public final class MetricsPage {
    private final Vertx vertx;
    private final Telemetry telemetry;

    public MetricsPage(Vertx vertx, Telemetry telemetry) {
        this.vertx = vertx;
        this.telemetry = telemetry;
    }

    /** Event loop. */
    public void get(RoutingContext ctx) {
        vertx.executeBlocking(telemetry::scrape, true).onComplete(done -> {
            if (done.failed()) {
                Answers.failure(ctx.response(), done.cause());
                return;
            }
            if (Answers.open(ctx.response())) {
                ctx.response()
                        .putHeader("Content-Type", Telemetry.CONTENT_TYPE)
                        .end(done.result().orElse(""));
            }
        });
    }
}
