package dev.berth.gateway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.registry.core.RegistryAnswer;
import dev.berth.gateway.registry.core.RegistryCore;
import dev.berth.gateway.registry.core.RegistryRequest;
import dev.berth.gateway.registry.core.RegistryRequest.SchemaText;
import dev.berth.gateway.registry.core.RegistryState;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's HTTP shell. Requests are decided and written to disk on one worker thread, which alone touches the state.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String FILE = "schema-registry.json";
    private static final int BODY_BYTES = 2 * 1024 * 1024;
    private static final long SLOWEST_S = 60;
    // The one thread keeps the order. Vert.x's own is one queue for a whole context, in which a deployment that waits
    // for the
    // registry would stand before the registry.
    private static final boolean UNORDERED = false;

    private final BodyReader bodies;
    private final WorkerExecutor worker;
    private final RegistryFile file;
    private RegistryState state;

    /**
     * Reads the registry's file.
     *
     * @throws IllegalStateException if it is damaged
     */
    public EmbeddedRegistry(Vertx vertx, BodyReader bodies, Path dataDir) {
        this.bodies = bodies;
        this.file = new RegistryFile(dataDir.resolve(FILE));
        this.state = file.read();
        this.worker = vertx.createSharedWorkerExecutor("gateway-registry", 1, SLOWEST_S, TimeUnit.SECONDS);
    }

    /** Adds the registry's endpoints. */
    public void mount(Router router) {
        router.get("/schemas/types").handler(ctx -> ask(ctx, new RegistryRequest.SchemaTypes()));
        router.get("/schemas/ids/:id").handler(ctx -> ask(ctx, new RegistryRequest.SchemaById(ctx.pathParam("id"))));
        router.get("/subjects").handler(ctx -> ask(ctx, new RegistryRequest.Subjects()));
        router.post("/subjects/:subject")
                .handler(ctx -> tell(ctx, body -> new RegistryRequest.Lookup(ctx.pathParam("subject"), schema(body))));
        router.get("/subjects/:subject/versions")
                .handler(ctx -> ask(ctx, new RegistryRequest.Versions(ctx.pathParam("subject"))));
        router.post("/subjects/:subject/versions")
                .handler(
                        ctx -> tell(ctx, body -> new RegistryRequest.Register(ctx.pathParam("subject"), schema(body))));
        router.get("/subjects/:subject/versions/:version")
                .handler(ctx ->
                        ask(ctx, new RegistryRequest.Version(ctx.pathParam("subject"), ctx.pathParam("version"))));
        router.post("/compatibility/subjects/:subject/versions/:version")
                .handler(ctx -> tell(
                        ctx,
                        body -> new RegistryRequest.Compatibility(
                                ctx.pathParam("subject"),
                                ctx.pathParam("version"),
                                schema(body),
                                Boolean.parseBoolean(ctx.request().getParam("verbose")))));
        router.get("/config").handler(ctx -> ask(ctx, new RegistryRequest.GetConfig(Optional.empty(), true)));
        router.get("/config/:subject")
                .handler(ctx -> ask(
                        ctx,
                        new RegistryRequest.GetConfig(
                                Optional.of(ctx.pathParam("subject")),
                                Boolean.parseBoolean(ctx.request().getParam("defaultToGlobal")))));
        router.put("/config").handler(ctx -> tell(ctx, body -> config(Optional.empty(), body)));
        router.put("/config/:subject")
                .handler(ctx -> tell(ctx, body -> config(Optional.of(ctx.pathParam("subject")), body)));
    }

    @Override
    public void close() {
        worker.close().await();
    }

    private void ask(RoutingContext ctx, RegistryRequest request) {
        worker.executeBlocking(() -> decide(request), UNORDERED)
                .onSuccess(answer -> write(ctx.response(), answer))
                .onFailure(cause -> fail(ctx.response(), cause));
    }

    private void tell(RoutingContext ctx, Function<ObjectNode, RegistryRequest> reading) {
        bodies.read(ctx.request(), BODY_BYTES, "registry")
                .compose(body -> worker.executeBlocking(
                                () -> decide(reading.apply(Json.parseObject(body.bytes()))), UNORDERED)
                        .onComplete(done -> body.release()))
                .onSuccess(answer -> write(ctx.response(), answer))
                .onFailure(cause -> fail(ctx.response(), cause));
    }

    /** On the worker thread. The answer goes out after the state is on disk: an id that a client has seen is never lost. */
    private RegistryAnswer decide(RegistryRequest request) {
        RegistryCore.Step step = RegistryCore.handle(state, request);
        if (step.changed()) {
            file.write(step.state());
            state = step.state();
        }
        return step.answer();
    }

    private static SchemaText schema(ObjectNode body) {
        return new SchemaText(
                body.path("schema").asText(""),
                Optional.ofNullable(body.get("schemaType"))
                        .filter(type -> !type.isNull())
                        .map(JsonNode::asText),
                body.path("references").size());
    }

    private static RegistryRequest config(Optional<String> subject, ObjectNode body) {
        return new RegistryRequest.PutConfig(subject, body.path("compatibility").asText(""));
    }

    private static void write(HttpServerResponse response, RegistryAnswer answer) {
        if (Answers.open(response)) {
            response.setStatusCode(answer.status())
                    .putHeader("Content-Type", CONTENT_TYPE)
                    .end(Buffer.buffer(Json.bytes(answer.body())));
        }
    }

    private static void fail(HttpServerResponse response, Throwable cause) {
        if (cause instanceof ApiException refused) {
            int status = refused.error().status();
            write(response, new RegistryAnswer(status, error(status, refused.getMessage())));
            return;
        }
        log.error("The registry failed", cause);
        write(
                response,
                new RegistryAnswer(500, error(50001, "The registry could not keep its state: " + cause.getMessage())));
    }

    private static Map<String, Object> error(int code, String message) {
        return Map.of("error_code", code, "message", message);
    }
}
