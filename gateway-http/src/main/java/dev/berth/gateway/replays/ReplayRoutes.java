package dev.berth.gateway.replays;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.replays.core.ReplayRequest;
import dev.berth.gateway.replays.core.ReplayShapes;
import dev.berth.replay.core.Comparison;
import dev.berth.replay.read.Differences;
import dev.berth.replay.read.OriginalEndings;
import dev.berth.replay.read.RangeReader;
import dev.berth.replay.source.Sources;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayWanted;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

/** {@code /replays}. Event loop; topics are read on workers of its own, since a range may take minutes. */
public final class ReplayRoutes implements AutoCloseable {
    private static final String CLIENT = "gateway-replay-reader";
    private static final int BODY_BYTES = 64 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final int SHOWN = 20;
    private static final int MOST_SHOWN = 1_000;
    private static final int ID_CHARS = 12;

    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final WorkerExecutor readers;
    private final ReplayTopics known;
    private final ReplayMaker maker;
    private volatile boolean closed;

    public ReplayRoutes(CallerIdentity identity, BodyReader bodies, WorkerExecutor readers, ReplayTopics known) {
        this.identity = identity;
        this.bodies = bodies;
        this.readers = readers;
        this.known = known;
        this.maker = new ReplayMaker(known);
    }

    /** Replays, and how their results differ. */
    public static void enter(Routes<ReplayRoutes> routes) {
        routes.add(HttpMethod.POST, "/replays", "berth:CreateReplay", BODY_BYTES, ReplayRoutes::create);
        routes.add(HttpMethod.GET, "/replays", "berth:ListReplays", ReplayRoutes::list);
        routes.add(HttpMethod.GET, "/replays/:id", "berth:GetReplay", ReplayRoutes::get);
        routes.add(HttpMethod.POST, "/replays/:id/stop", "berth:StopReplay", ReplayRoutes::stop);
        routes.add(HttpMethod.POST, "/replays/:id/resume", "berth:ResumeReplay", ReplayRoutes::resume);
        routes.add(HttpMethod.DELETE, "/replays/:id", "berth:DeleteReplay", ReplayRoutes::delete);
        routes.add(HttpMethod.GET, "/replays/:id/differences", "berth:CompareReplay", ReplayRoutes::differences);
    }

    /** POST /replays: 201 with the replay, which begins at once; with {@code dryRun} 200 with what it would do. */
    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = newId();
        bodies.read(ctx.request(), BODY_BYTES, "CreateReplay")
                .compose(body -> readers.executeBlocking(
                                () -> ReplayRequest.replay(body.bytes(), tenant, id, System.currentTimeMillis()), false)
                        .onComplete(done -> body.release()))
                .onSuccess(request -> make(ctx, request))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** Makes a replay of a request, or says what it would do. */
    void make(RoutingContext ctx, ReplayRequest request) {
        answer(ctx, request.dryRun() ? 200 : 201, () -> {
            Replay replay = maker.make(request);
            if (request.dryRun()) {
                return ReplayShapes.dryRun(
                        replay,
                        Sources.count(known.topics(), CLIENT, replay, known.admin(), known.deployed(), () -> !closed));
            }
            known.write(ReplayTopics.key(replay.getTenant(), replay.getId()), replay);
            return ReplayShapes.whole(replay, Optional.empty());
        });
    }

    static String newId() {
        return "r-" + UUID.randomUUID().toString().replace("-", "").substring(0, ID_CHARS);
    }

    /** GET /replays: the latest first. */
    public void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String tenant = identity.tenant(request);
        int limit = Parameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
        ObjectNode json = Json.object();
        var rows = json.putArray("replays");
        known.replays()
                .scan(tenant + '/', null)
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingLong(Replay::getCreatedMs).reversed())
                .limit(limit)
                .forEach(replay -> rows.add(whole(replay)));
        Answers.json(ctx.response(), 200, json);
    }

    /** GET /replays/{id}: with how far it is. */
    public void get(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, whole(owned(ctx)));
    }

    /** POST /replays/{id}/stop: what is under way ends; it goes on from there when it is resumed. */
    public void stop(RoutingContext ctx) {
        want(ctx, ReplayWanted.STOPPED);
    }

    /** POST /replays/{id}/resume: from where it was stopped or failed. */
    public void resume(RoutingContext ctx) {
        want(ctx, ReplayWanted.RUNNING);
    }

    private void want(RoutingContext ctx, ReplayWanted wanted) {
        Replay replay = owned(ctx);
        String key = ReplayTopics.key(replay.getTenant(), replay.getId());
        boolean done = known.statuses()
                .get(key)
                .filter(status -> status.getState() == ReplayState.DONE)
                .isPresent();
        if (done) {
            throw ApiError.conflict("Replay " + replay.getId() + " is done. Make another.")
                    .exception();
        }
        Replay changed = Replay.newBuilder(replay)
                .setWanted(wanted)
                .setModifiedMs(System.currentTimeMillis())
                .build();
        answer(ctx, 202, () -> {
            known.write(key, changed);
            return whole(changed);
        });
    }

    /** DELETE /replays/{id}: ends it, and forgets it. What it ran stays. */
    public void delete(RoutingContext ctx) {
        Replay replay = owned(ctx);
        answer(ctx, 200, () -> {
            known.write(ReplayTopics.key(replay.getTenant(), replay.getId()), null);
            return Json.object().put("deleted", replay.getId());
        });
    }

    /** GET /replays/{id}/differences?kind=&limit=: totals over all that has ended, and some of what differs. */
    public void differences(RoutingContext ctx) {
        Replay replay = owned(ctx);
        String given = ctx.request().getParam("kind");
        Optional<Comparison.Kind> kind = Optional.ofNullable(given).map(ReplayRoutes::kind);
        int shown = Parameters.limit(ctx.request(), SHOWN, MOST_SHOWN);
        answer(ctx, 200, () -> {
            Differences.Report report =
                    new Differences(known.topics(), CLIENT).compare(replay, shown, kind, () -> !closed);
            ObjectNode json = Json.object().put("id", replay.getId()).put("state", state(replay));
            ObjectNode totals = json.putObject("totals");
            report.totals().forEach((each, count) -> totals.put(each.word(), count));
            totals.put("not-compared", report.notCompared());
            var rows = json.putArray("differences");
            report.differences()
                    .forEach(each -> rows.add(
                            ReplayShapes.difference(each.kind(), each.original(), each.replayed(), each.diff())));
            return json;
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private String state(Replay replay) {
        return whole(replay).path("state").asText();
    }

    private ObjectNode whole(Replay replay) {
        return ReplayShapes.whole(replay, known.statuses().get(ReplayTopics.key(replay.getTenant(), replay.getId())));
    }

    private Replay owned(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        return known.replays()
                .get(ReplayTopics.key(tenant, id))
                .orElseThrow(() -> ApiError.notFound("There is no replay "
                                + (id.length() > 100 ? id.substring(0, 100) + "…" : id)
                                + ". Replays are kept for 90 days; GET /replays lists them.")
                        .exception());
    }

    private void answer(RoutingContext ctx, int status, Callable<ObjectNode> work) {
        readers.executeBlocking(
                        () -> {
                            try {
                                return work.call();
                            } catch (RangeReader.RangeGone | OriginalEndings.TooMany e) {
                                throw ApiError.conflict(e.getMessage()).exception();
                            }
                        },
                        false)
                .onSuccess(json -> {
                    if (status == 201 && Answers.open(ctx.response())) {
                        ctx.response()
                                .putHeader(
                                        "Location",
                                        "/replays/" + json.path("id").asText());
                    }
                    Answers.json(ctx.response(), status, json);
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private static Comparison.Kind kind(String word) {
        List<Comparison.Kind> kinds = Arrays.asList(Comparison.Kind.values());
        return kinds.stream()
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> ApiError.invalidParameter("kind must be one of "
                                + String.join(
                                        ", ",
                                        kinds.stream()
                                                .map(Comparison.Kind::word)
                                                .toList())
                                + ".")
                        .exception());
    }
}
