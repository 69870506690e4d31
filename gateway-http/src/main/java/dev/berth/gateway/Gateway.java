package dev.berth.gateway;

import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.auth.KeyFile;
import dev.berth.gateway.auth.KeyRing;
import dev.berth.gateway.auth.core.TenantOwnsResource;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.ConnectionGuard;
import dev.berth.gateway.http.Operation;
import dev.berth.gateway.registry.EmbeddedRegistry;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP front door: Lambda's API, jobs, pins, instances, and a schema registry.
 *
 * <pre>{@code
 * Gateway gateway = Gateway.listen(new GatewayConfig("127.0.0.1", 8080, topics, dataDir));
 * // start the broker, make the topics; schemas can be registered at gateway.url() already
 * gateway.connect(KafkaSettings.at("127.0.0.1:9092"), SchemaRegistry.connect(gateway.url())).get();
 * ...
 * gateway.close();
 * }</pre>
 *
 * Thread-safe. {@link #close} blocks and must not be called on the gateway's own threads.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    // No function runs longer than 15 minutes; a connection on which nothing moves for longer is dead.
    private static final int IDLE_S = 16 * 60;
    private static final int WORKERS = 4;
    private static final long CLOSE_POLL_NS = 10_000_000;
    private static final long ABANDON_NS = 1_000_000_000;

    private final GatewayConfig config;
    private final Vertx vertx;
    private final BodyReader bodies;
    private final EmbeddedRegistry registry;
    private final FrontDoor door;
    private final HttpServer server;
    private Thread connector;
    private KafkaSide kafka;
    private boolean closed;

    private Gateway(
            GatewayConfig config,
            Vertx vertx,
            BodyReader bodies,
            EmbeddedRegistry registry,
            FrontDoor door,
            HttpServer server) {
        this.config = config;
        this.vertx = vertx;
        this.bodies = bodies;
        this.registry = registry;
        this.door = door;
        this.server = server;
    }

    /**
     * Opens the port: {@code /health} answers "starting", the schema registry works, all else answers 503 until
     * {@link #connect}.
     *
     * @throws IllegalStateException if the port is taken or the data directory cannot be used; the message says what to do
     */
    public static Gateway listen(GatewayConfig config) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WORKERS)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        try {
            BodyReader bodies = new BodyReader(
                    vertx, config.bounds().bodyBytes(), config.bounds().bodyMs());
            EmbeddedRegistry registry = new EmbeddedRegistry(vertx, bodies, config.dataDir());
            ConnectionGuard guard = new ConnectionGuard(vertx, config.bounds().idleMs());
            Optional<Gate> gate = config.auth()
                    ? Optional.of(new Gate(
                            new KeyRing(vertx, new KeyFile(config.dataDir())),
                            bodies,
                            new TenantOwnsResource(),
                            Clock.systemUTC()))
                    : Optional.empty();
            FrontDoor door = new FrontDoor(vertx, registry, guard, gate, config.telemetry());
            HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                            .setMaxHeaderSize(MAX_HEADER_BYTES)
                            .setMaxInitialLineLength(MAX_LINE_BYTES)
                            // Else a connection is not one to Vert.x before its first headers are whole.
                            .setHttp2ClearTextEnabled(false)
                            .setHandle100ContinueAutomatically(true)
                            .setTcpNoDelay(true)
                            // Nothing here is a web socket; their handlers would look at each request and answer.
                            .setPerFrameWebSocketCompressionSupported(false)
                            .setPerMessageWebSocketCompressionSupported(false)
                            .setIdleTimeout(IDLE_S)
                            .setIdleTimeoutUnit(TimeUnit.SECONDS))
                    .connectionHandler(guard::opened)
                    .requestHandler(door.router())
                    .listen(config.port(), config.host())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            log.info("Gateway listens host={} port={} auth={}", config.host(), server.actualPort(), config.auth());
            return new Gateway(config, vertx, bodies, registry, door, server);
        } catch (CompletionException e) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            throw notListening(config, e.getCause());
        } catch (RuntimeException e) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            throw e;
        }
    }

    /**
     * Starts the Kafka side. The topics must exist. Called once.
     *
     * @param schemas the registry whose ids the records carry: this gateway's own at {@link #url}, or another
     * @return completes when every resource works; fails with a message that says what is missing
     */
    public synchronized CompletableFuture<Void> connect(KafkaSettings settings, SchemaRegistry schemas) {
        if (connector != null || closed) {
            throw new IllegalStateException("A gateway is connected once, before it is closed");
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        connector = new Thread(
                () -> {
                    try {
                        KafkaSide side = KafkaSide.connect(config, vertx, bodies, settings, schemas, door::connecting);
                        opened(side);
                        ready.complete(null);
                    } catch (Exception e) {
                        door.connecting("kafka: " + e.getMessage());
                        ready.completeExceptionally(e);
                    }
                },
                "gateway-connect");
        connector.setDaemon(true);
        connector.start();
        return ready;
    }

    /** What there is behind the door, for those who check that all of it is described. */
    public List<Operation> operations() {
        return door.operations();
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** The address of the gateway and of its schema registry. */
    public String url() {
        String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        return "http://" + (host.contains(":") ? "[" + (host.equals("::") ? "::1" : host) + "]" : host) + ":" + port();
    }

    /** Refuses what is new, finishes what it accepted within a bound, and lets go of everything. Once more does nothing. */
    @Override
    public void close() {
        Thread connecting;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            connecting = connector;
        }
        door.shut();
        if (connecting != null) {
            connecting.interrupt();
            joined(connecting);
        }
        KafkaSide side = kafkaSide();
        if (side != null) {
            side.endFollowing();
        }
        awaitEmpty(TimeUnit.MILLISECONDS.toNanos(config.bounds().closeMs()));
        if (side != null) {
            side.abandonWaiting();
            awaitEmpty(ABANDON_NS);
        }
        server.close().toCompletionStage().toCompletableFuture().join();
        if (side != null) {
            side.close();
        }
        registry.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        log.info("Gateway closed port={}", port());
    }

    private void awaitEmpty(long boundNs) {
        long until = System.nanoTime() + boundNs;
        while (door.inside() > 0
                && System.nanoTime() < until
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(CLOSE_POLL_NS);
        }
    }

    private synchronized KafkaSide kafkaSide() {
        return kafka;
    }

    private synchronized void opened(KafkaSide side) {
        if (closed) {
            side.close();
            throw new IllegalStateException("The gateway was closed while it connected");
        }
        kafka = side;
        door.open(side);
        log.info("Gateway connected port={}", port());
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static IllegalStateException notListening(GatewayConfig config, Throwable cause) {
        if (cause instanceof BindException) {
            return new IllegalStateException(
                    "Port " + config.port() + " on " + config.host() + " for the gateway cannot be had ("
                            + cause.getMessage() + "). Stop what uses it, or choose another port; 0 takes a free one.",
                    cause);
        }
        return new IllegalStateException(
                "The gateway cannot listen on " + config.host() + ":" + config.port() + ": " + cause, cause);
    }
}
