package dev.berth.gateway.metrics;

import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** How long requests of one operation took, by how they ended. Event loop only. Hot: allocates nothing once such a request was seen. */
public final class RequestMeters {
    private static final int TOO_MANY = 429;
    /** Statuses have a hundreds digit from 1 to 5; 0 is 429, which says more than the rest of its kind. */
    private final Timer[] timers = new Timer[6];

    private final Telemetry telemetry;
    private final String operation;

    public RequestMeters(Telemetry telemetry, String operation) {
        this.telemetry = telemetry;
        this.operation = operation;
    }

    /** A request is over, answered or not. */
    public void ended(int status, long tookNs) {
        int kind = status == TOO_MANY ? 0 : Math.min(5, Math.max(1, status / 100));
        Timer timer = timers[kind];
        if (timer == null) {
            timer = telemetry.timer(Metric.REQUESTS, operation, kind == 0 ? "429" : kind + "xx");
            timers[kind] = timer;
        }
        timer.record(tookNs, TimeUnit.NANOSECONDS);
    }
}
