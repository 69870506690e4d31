package dev.berth.gateway.registry;

import dev.berth.gateway.http.BodyReader;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The registry alone on a port of its own, for development without a gateway. Thread-safe. */
public final class RegistryServer implements AutoCloseable {
    private static final long BODY_BYTES = 32L * 1024 * 1024;
    private static final long BODY_MS = 30_000;
    private static final int IDLE_S = 75;

    private final Vertx vertx;
    private final EmbeddedRegistry registry;
    private final HttpServer server;
    private final String host;

    private RegistryServer(Vertx vertx, EmbeddedRegistry registry, HttpServer server, String host) {
        this.vertx = vertx;
        this.registry = registry;
        this.server = server;
        this.host = host;
    }

    /**
     * Listens.
     *
     * @param port 0 takes a free one
     * @param dataDir where the ids are kept
     * @throws IllegalStateException if the port cannot be had, or the file of ids is damaged
     */
    public static RegistryServer listen(String host, int port, Path dataDir) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        try {
            EmbeddedRegistry registry =
                    new EmbeddedRegistry(vertx, new BodyReader(vertx, BODY_BYTES, BODY_MS), dataDir);
            Router router = Router.router(vertx);
            registry.mount(router);
            HttpServer server = vertx.createHttpServer(
                            new HttpServerOptions().setIdleTimeout(IDLE_S).setIdleTimeoutUnit(TimeUnit.SECONDS))
                    .requestHandler(router)
                    .listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new RegistryServer(vertx, registry, server, host);
        } catch (CompletionException e) {
            stop(vertx);
            throw new IllegalStateException(
                    "The schema registry cannot listen on " + host + ":" + port + ": " + e.getCause(), e.getCause());
        } catch (RuntimeException e) {
            stop(vertx);
            throw e;
        }
    }

    /** Where it listens. */
    public String url() {
        return "http://" + host + ":" + server.actualPort();
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        registry.close();
        stop(vertx);
    }

    private static void stop(Vertx vertx) {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
