package dev.berth.gateway.replays;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.replays.core.LetterShapes;
import dev.berth.gateway.replays.core.ReplayRequest;
import dev.berth.replay.core.DeadLetters;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /dead-letters}. Event loop; the topic is read on workers. */
public final class DeadLetterRoutes {
    private static final int BODY_BYTES = 64 * 1024;
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 200;

    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final WorkerExecutor readers;
    private final ReplayTopics known;
    private final LetterReader letters;
    private final ReplayRoutes replays;

    public DeadLetterRoutes(
            CallerIdentity identity,
            BodyReader bodies,
            WorkerExecutor readers,
            ReplayTopics known,
            ReplayRoutes replays) {
        this.identity = identity;
        this.bodies = bodies;
        this.readers = readers;
        this.known = known;
        this.letters = new LetterReader(known.topics(), known.admin());
        this.replays = replays;
    }

    /** Dead letters, and their redrives, which are replays. */
    public static void enter(Routes<DeadLetterRoutes> routes) {
        routes.add(HttpMethod.GET, "/dead-letters", "berth:ListDeadLetters", DeadLetterRoutes::list);
        routes.add(HttpMethod.GET, "/dead-letters/:id", "berth:GetDeadLetter", DeadLetterRoutes::get);
        routes.add(
                HttpMethod.POST,
                "/dead-letters/redrive",
                "berth:RedriveDeadLetters",
                BODY_BYTES,
                (area, ctx) -> area.redrive(ctx, Optional.empty()));
        routes.add(
                HttpMethod.POST,
                "/dead-letters/:id/redrive",
                "berth:RedriveDeadLetter",
                BODY_BYTES,
                (area, ctx) -> area.redrive(ctx, Optional.of(ReplayRequest.letter(ctx.pathParam("id")))));
    }

    /**
     * GET /dead-letters?function=&reason=&sourceTopic=&from=&to=&limit=&next=: the latest first. With {@code next} in the answer there
     * may be more, even if the page is not full.
     */
    public void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        var wanted = new LetterReader.Wanted(
                identity.tenant(request),
                request.getParam("function"),
                request.getParam("reason"),
                request.getParam("sourceTopic"),
                Times.parameter(request, "from").orElse(0),
                Times.parameter(request, "to").orElse(Long.MAX_VALUE));
        int limit = Parameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
        OptionalLong before = before(request.getParam("next"));
        readers.executeBlocking(() -> listed(letters.page(wanted, limit, before, () -> true)), false)
                .onSuccess(json -> Answers.json(ctx.response(), 200, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** GET /dead-letters/{partition-offset}: whole. */
    public void get(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        ReplayRequest.Letter asked = ReplayRequest.letter(ctx.pathParam("id"));
        readers.executeBlocking(
                        () -> letters.at(asked.partition(), asked.offset())
                                .filter(found ->
                                        DeadLetters.tenant(found.letter()).equals(tenant))
                                .map(found -> LetterShapes.content(
                                        summary(found), found.letter(), letters.invocation(found.letter())))
                                .orElseThrow(() -> ReplayMaker.noLetter(asked)),
                        false)
                .onSuccess(json -> Answers.json(ctx.response(), 200, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** POST /dead-letters/redrive, POST /dead-letters/{partition-offset}/redrive: as {@code POST /replays} answers. */
    private void redrive(RoutingContext ctx, Optional<ReplayRequest.Letter> letter) {
        String tenant = identity.tenant(ctx.request());
        String id = ReplayRoutes.newId();
        bodies.read(ctx.request(), BODY_BYTES, "RedriveDeadLetters")
                .compose(body -> readers.executeBlocking(
                                () -> checked(
                                        ReplayRequest.redrive(
                                                body.bytes(), letter, tenant, id, System.currentTimeMillis()),
                                        tenant),
                                false)
                        .onComplete(done -> body.release()))
                .onSuccess(request -> replays.make(ctx, request))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** One letter by its id must be this tenant's: a redrive that leaves it out would say nothing of why. */
    private ReplayRequest checked(ReplayRequest request, String tenant) {
        request.letter().ifPresent(asked -> {
            if (letters.at(asked.partition(), asked.offset())
                    .filter(found -> DeadLetters.tenant(found.letter()).equals(tenant))
                    .isEmpty()) {
                throw ReplayMaker.noLetter(asked);
            }
        });
        return request;
    }

    private ObjectNode listed(LetterReader.Page page) {
        ObjectNode json = Json.object();
        var rows = json.putArray("deadLetters");
        page.letters().forEach(found -> rows.add(summary(found)));
        page.next().ifPresent(next -> json.put("next", Long.toString(next)));
        return json;
    }

    private ObjectNode summary(LetterReader.Found found) {
        return LetterShapes.summary(
                found.partition(),
                found.offset(),
                found.atMs(),
                found.letter(),
                known.redrives().get(DeadLetters.id(found.partition(), found.offset())));
    }

    private static OptionalLong before(String next) {
        if (next == null) {
            return OptionalLong.empty();
        }
        if (!next.matches("\\d{1,18}")) {
            throw ApiError.invalidParameter("next must be what an earlier answer named.")
                    .exception();
        }
        return OptionalLong.of(Long.parseLong(next));
    }
}
