package dev.berth.gateway.jobs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Clients that follow a job's status by server-sent events. The view's follower tells of changes from its own thread; each watcher
 * lives on the event loop of its request, and is gone with it.
 */
public final class JobWatchers implements AutoCloseable {
    private static final int MOST = 1_000;
    // So that one tenant's do not take all.
    private static final int MOST_OF_A_TENANT = 250;
    private static final long HEARTBEAT_MS = 10_000;

    private final Vertx vertx;
    private final JobView jobs;
    private final Map<String, List<Watcher>> watchers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public JobWatchers(Vertx vertx, JobView jobs) {
        this.vertx = vertx;
        this.jobs = jobs;
        jobs.listener(this::changed);
    }

    /** @throws dev.berth.gateway.core.ApiException if there are as many as there may be */
    void admit(String tenant) {
        long own = 0;
        long all = 0;
        for (List<Watcher> each : watchers.values()) {
            all += each.size();
            own += each.stream()
                    .filter(watcher -> watcher.tenant.equals(tenant))
                    .count();
        }
        if (own >= MOST_OF_A_TENANT || all >= MOST) {
            throw ApiError.tooMany((own >= MOST_OF_A_TENANT ? own + " requests of tenant " + tenant : all + " requests")
                            + " watch jobs already. End one, or ask for GET /jobs/{id} instead.")
                    .exception();
        }
    }

    /** Writes the job's status now, and each later one until the last. Event loop. */
    void watch(RoutingContext ctx, JobView.Job job) {
        HttpServerResponse response = ctx.response();
        if (closed || !Answers.open(response)) {
            Answers.error(response, ApiError.unavailable("The gateway stops. Watch the job again when it is back."));
            return;
        }
        Watcher watcher = new Watcher(job.submission(), response, vertx.getOrCreateContext());
        ctx.addEndHandler(end -> watcher.left());
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        watchers.compute(watcher.id, (id, others) -> {
            List<Watcher> all = others == null ? new CopyOnWriteArrayList<>() : others;
            all.add(watcher);
            return all;
        });
        watcher.started(job);
    }

    /** Ends all that are there. Any thread. */
    @Override
    public void close() {
        closed = true;
        watchers.values().forEach(each -> each.forEach(Watcher::end));
    }

    /** The follower's thread. */
    private void changed(Set<String> ids) {
        if (watchers.isEmpty()) {
            return;
        }
        for (String id : ids) {
            watchers.getOrDefault(id, List.of())
                    .forEach(watcher -> watcher.context.runOnContext(now -> watcher.look()));
        }
    }

    /** One request. Its event loop only. */
    private final class Watcher {
        private final String id;
        private final String tenant;
        private final long notBeforeMs;
        private final HttpServerResponse response;
        private final Context context;
        private long heartbeat;
        private long delayOver = -1;
        private String last = "";

        private Watcher(Submission job, HttpServerResponse response, Context context) {
            this.id = job.id();
            this.tenant = job.tenant();
            this.notBeforeMs = job.notBeforeMs();
            this.response = response;
            this.context = context;
        }

        private void started(JobView.Job job) {
            heartbeat = vertx.setPeriodic(HEARTBEAT_MS, now -> {
                if (response.writeQueueFull()) {
                    // Whoever does not read in all that time is not there.
                    response.reset();
                } else {
                    response.write(": alive\n\n");
                    look();
                }
            });
            long delayMs = notBeforeMs - System.currentTimeMillis();
            if (delayMs > 0) {
                delayOver = vertx.setTimer(delayMs + 1, now -> look());
            }
            write(job);
            // What changed between the look-up and the entry in the table was told to nobody.
            look();
        }

        private void look() {
            vertx.executeBlocking(() -> jobs.find(id), false)
                    .onSuccess(found -> found.ifPresent(this::write))
                    .onFailure(cause -> end());
        }

        private void write(JobView.Job job) {
            String status = JobShapes.status(job, System.currentTimeMillis());
            if (!Answers.open(response) || status.equals(last)) {
                return;
            }
            last = status;
            response.write("event: status\ndata: " + Json.text(JobShapes.summary(job)) + "\n\n");
            if (job.outcome().isPresent()) {
                response.end();
            }
        }

        private void end() {
            context.runOnContext(now -> {
                if (Answers.open(response)) {
                    response.end();
                }
            });
        }

        private void left() {
            vertx.cancelTimer(heartbeat);
            vertx.cancelTimer(delayOver);
            watchers.computeIfPresent(id, (key, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
