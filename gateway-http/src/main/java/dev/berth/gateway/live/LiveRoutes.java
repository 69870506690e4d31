package dev.berth.gateway.live;

import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.fleet.InstanceRoutes;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Pin;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /live}: server-sent events of what changes, two a second at most. Event loop.
 *
 * <p>The topics are followed only while somebody looks on, and for a little longer, so that a page that is loaded anew does not
 * read them anew.
 */
public final class LiveRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveRoutes.class);
    private static final int MOST = 100;
    // So that one tenant's do not take all.
    private static final int MOST_OF_A_TENANT = 25;
    private static final int MOST_EVENTS = 1_000_000;
    private static final long LOOK_MS = 500;
    private static final long LINGER_MS = 30_000;
    private static final long RETRY_MS = 5_000;

    private final Vertx vertx;
    private final Context loop;
    private final CallerIdentity identity;
    private final InstanceRoutes instances;
    private final PinLook pins;
    private final Callable<LiveTail> opening;
    private final List<LiveFeed> feeds = new ArrayList<>();
    private LiveTail tail;
    private boolean underway;
    private String failure;
    private long againMs;
    private long emptySinceMs;
    private long timer = -1;
    private volatile boolean closed;

    public LiveRoutes(
            Vertx vertx,
            CallerIdentity identity,
            InstanceRoutes instances,
            TopicTable<Pin> pins,
            TopicTable<FunctionSpec> functions,
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.identity = identity;
        this.instances = instances;
        this.pins = new PinLook(vertx, pins, functions);
        this.opening = () -> LiveTail.open(kafka, topics, registry);
    }

    /** What happens now. */
    public static void enter(Routes<LiveRoutes> routes) {
        routes.add(HttpMethod.GET, "/live", "berth:WatchLive", LiveRoutes::live);
    }

    /** GET /live?events=: the first event has everything there is, those after it what changed. */
    public void live(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        long events = Parameters.number(ctx.request(), "events", Integer.MAX_VALUE, MOST_EVENTS);
        HttpServerResponse response = ctx.response();
        if (closed) {
            Answers.error(response, ApiError.unavailable("The gateway stops. Look on again when it is back."));
            return;
        }
        long own = feeds.stream().filter(feed -> feed.tenant().equals(tenant)).count();
        if (own >= MOST_OF_A_TENANT || feeds.size() >= MOST) {
            Answers.error(
                    response,
                    ApiError.tooMany((own >= MOST_OF_A_TENANT
                                    ? own + " requests of tenant " + tenant
                                    : feeds.size() + " requests")
                            + " look on already. Close a page, or ask for GET /instances instead."));
            return;
        }
        LiveFeed feed = new LiveFeed(tenant, Gate.caller(ctx), response, events);
        feeds.add(feed);
        ctx.addEndHandler(end -> left(feed));
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        if (timer < 0) {
            timer = vertx.setPeriodic(LOOK_MS, now -> look());
        }
        tell(feed, System.currentTimeMillis());
    }

    /** Ends all feeds, and lets no more begin. Any thread. */
    public void endFollowing() {
        closed = true;
        loop.runOnContext(now -> List.copyOf(feeds).forEach(LiveFeed::end));
    }

    /** Any thread but the event loop. */
    @Override
    public void close() {
        endFollowing();
        CompletableFuture<Optional<LiveTail>> last = new CompletableFuture<>();
        loop.runOnContext(now -> {
            vertx.cancelTimer(timer);
            last.complete(Optional.ofNullable(tail));
            tail = null;
        });
        last.join().ifPresent(LiveTail::close);
    }

    private void look() {
        long nowMs = System.currentTimeMillis();
        if (!feeds.isEmpty()) {
            List.copyOf(feeds).forEach(feed -> tell(feed, nowMs));
        } else if (tail == null && !underway) {
            vertx.cancelTimer(timer);
            timer = -1;
        } else if (tail != null && nowMs - emptySinceMs > LINGER_MS) {
            LiveTail unused = tail;
            tail = null;
            pins.forget();
            vertx.executeBlocking(() -> {
                unused.close();
                return null;
            });
        }
    }

    private void tell(LiveFeed feed, long nowMs) {
        if (tail == null && !underway && nowMs >= againMs) {
            open();
        }
        feed.look(instances, pins, Optional.ofNullable(tail), state(), nowMs);
    }

    private void open() {
        underway = true;
        vertx.executeBlocking(opening, false).onComplete(done -> {
            underway = false;
            if (done.failed()) {
                failure = String.valueOf(done.cause().getMessage());
                againMs = System.currentTimeMillis() + RETRY_MS;
                log.warn(
                        "The live feed cannot read its topics, tries again cause={}",
                        done.cause().toString());
            } else if (closed) {
                vertx.executeBlocking(() -> {
                    done.result().close();
                    return null;
                });
            } else {
                failure = null;
                tail = done.result();
            }
        });
    }

    /** How complete the figures are, in a word, or what is wrong with them. */
    private String state() {
        if (tail == null) {
            return failure == null ? "opening" : "kafka: " + failure;
        }
        return tail.problem().orElse(tail.caughtUp() ? "live" : "reading");
    }

    private void left(LiveFeed feed) {
        feeds.remove(feed);
        emptySinceMs = System.currentTimeMillis();
    }
}
