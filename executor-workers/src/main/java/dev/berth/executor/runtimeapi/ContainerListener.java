package dev.berth.executor.runtimeapi;

import dev.berth.schemas.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The Runtime API as one container sees it.
 *
 * <pre>
 *   (init) ──next──> waiting ──handover──> running ──response, error──> (between) ──next──> waiting
 *      └──init/error──> failed
 * </pre>
 *
 * A container that runs several invocations at a time goes this way with each: up to so many of its requests may wait or run.
 * One without code comes to its init through a {@link Specialisation}.
 *
 * <p>All state belongs to the listener's event loop; {@link #handOver}, {@link #specialise}, {@link #expect} and {@link #shut}
 * may be called from any thread.
 */
public final class ContainerListener extends VerticleBase {
    private static final String BASE = "/2018-06-01/runtime/";
    private static final String INVOCATION = BASE + "invocation/";
    // A runtime needs one or two; one that opens a new one for each request has some on their way out.
    private static final int MOST_CONNECTIONS = 128;
    private static final Buffer OK = Buffer.buffer("{\"status\":\"OK\"}\n");

    private final String containerId;
    private final String host;
    private final RuntimeReports reports;
    private final Consumer<Future<Void>> whenShut;
    private final Promise<String> remoteAddress = Promise.promise();
    private HttpServer server;
    private volatile String deployment;

    /** Null if it was started with its code. Set before the container is. */
    private volatile Specialisation specialisation;

    private boolean initialised;
    private final int concurrency;
    /** Requests for work, the oldest first. */
    private final ArrayDeque<HttpServerResponse> waiting = new ArrayDeque<>(1);
    /** Invocations that no request has fetched yet. */
    private final ArrayDeque<Handover> given = new ArrayDeque<>(1);
    /** What has been fetched, by the id that the code knows it by. */
    private final Map<String, Handover> running = new HashMap<>();
    /** Answers that are on their way in, by invocation. */
    private final Map<String, HttpServerRequest> arriving = new HashMap<>();

    private int connections;

    /**
     * Makes a listener that is yet to be deployed.
     *
     * @param concurrency how many invocations the container may run at a time
     * @param whenShut gets the future of its end
     */
    ContainerListener(
            String containerId, int concurrency, String host, RuntimeReports reports, Consumer<Future<Void>> whenShut) {
        this.concurrency = concurrency;
        this.whenShut = whenShut;
        this.containerId = containerId;
        this.host = host;
        this.reports = reports;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setTcpNoDelay(true)
                // Whether a connection is to be HTTP/2 shows with its first byte; until then it would not be counted.
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(64 * 1024)
                .setDecompressionSupported(false);
        server = vertx.createHttpServer(options).connectionHandler(this::limit).requestHandler(this::handle);
        return server.listen(0, host);
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }

    void deployedAs(String id) {
        deployment = id;
    }

    /** host:port at which the container reaches this. */
    public String address() {
        return host + ':' + server.actualPort();
    }

    /** Says from which address the container calls; until then its requests wait, and those of others are refused ever after. */
    public void expect(String address) {
        // On the loop: what waits for it goes on there.
        context.runOnContext(nothing -> remoteAddress.tryComplete(address));
    }

    /** Hands an invocation to the container, at once or as soon as it asks for one. Hot. */
    public void handOver(Handover handover) {
        context.runOnContext(nothing -> {
            given.add(handover);
            deliver();
        });
    }

    /** The container that is about to start has no code: it will ask for some. */
    public void awaitCode() {
        specialisation = new Specialisation();
    }

    /**
     * Tells a container without code what it is, at once or as soon as it asks.
     *
     * @param order what its bootstrap understands
     * @param told called on the event loop when that leaves for the container
     */
    public void specialise(byte[] order, Runnable told) {
        context.runOnContext(nothing -> specialisation.order(order, told));
    }

    /** Closes the port and all its connections. */
    public void shut() {
        context.runOnContext(nothing -> remoteAddress.tryFail("closed"));
        whenShut.accept(vertx.undeploy(deployment));
    }

    /** Each costs this process memory and a file descriptor, of which its container's neighbours need some too. */
    private void limit(HttpConnection connection) {
        if (connections >= MOST_CONNECTIONS + concurrency) {
            connection.close();
            return;
        }
        connections++;
        Trailers.keep(connection);
        connection.closeHandler(nothing -> connections--);
    }

    private void handle(HttpServerRequest request) {
        Future<String> expected = remoteAddress.future();
        if (expected.isComplete()) {
            route(request, expected.result());
        } else {
            request.pause();
            expected.onComplete(known -> {
                route(request, known.result());
                request.resume();
            });
        }
    }

    private void route(HttpServerRequest request, String expected) {
        if (!request.remoteAddress().hostAddress().equals(expected)) {
            refuse(request, 403, "AccessDenied", "This Runtime API belongs to another container.");
            return;
        }
        String path = request.path();
        if (Specialisation.PATH.equals(path)) {
            code(request);
            return;
        }
        if (specialisation != null && !specialisation.isOver()) {
            refuse(request, 403, "InvalidStateTransition", "This container has no function yet.");
            return;
        }
        if (path != null && path.startsWith(INVOCATION)) {
            String rest = path.substring(INVOCATION.length());
            if (rest.equals("next") && request.method().equals(HttpMethod.GET)) {
                next(request);
                return;
            }
            int slash = rest.indexOf('/');
            String id = slash < 0 ? rest : rest.substring(0, slash);
            String verb = slash < 0 ? "" : rest.substring(slash + 1);
            if (request.method().equals(HttpMethod.POST) && verb.equals("response")) {
                response(request, id);
                return;
            }
            if (request.method().equals(HttpMethod.POST) && verb.equals("error")) {
                error(request, id);
                return;
            }
        } else if (request.method().equals(HttpMethod.POST) && (BASE + "init/error").equals(path)) {
            initError(request);
            return;
        }
        refuse(request, 404, "NotFound", "The Runtime API 2018-06-01 has no " + request.method() + " " + path);
    }

    private void code(HttpServerRequest request) {
        if (specialisation == null || !specialisation.mayAsk(request)) {
            refuse(request, 403, "InvalidStateTransition", "This container asks for no code, or has asked already.");
        } else if (specialisation.ask(request)) {
            reports.ready(containerId);
        }
    }

    private void next(HttpServerRequest request) {
        if (running.size() + waiting.size() >= concurrency) {
            refuse(
                    request,
                    403,
                    "InvalidStateTransition",
                    running.isEmpty()
                            ? "Another request of this container waits for work already."
                            : "Invocation " + running.keySet().iterator().next()
                                    + " has neither a response nor an error yet.");
            return;
        }
        HttpServerResponse response = request.response();
        waiting.add(response);
        response.closeHandler(nothing -> waiting.remove(response));
        if (!initialised) {
            initialised = true;
            reports.ready(containerId);
        }
        deliver();
    }

    private void deliver() {
        while (!waiting.isEmpty()) {
            Handover next = nextGiven();
            if (next == null) {
                return;
            }
            hand(next, waiting.poll());
        }
    }

    /** Two attempts of one invocation have the same id, by which its answer is known: the second waits for the first. */
    private Handover nextGiven() {
        for (Handover next : given) {
            if (!running.containsKey(next.requestId())) {
                given.remove(next);
                return next;
            }
        }
        return null;
    }

    private void hand(Handover next, HttpServerResponse response) {
        running.put(next.requestId(), next);
        response.putHeader("Content-Type", "application/json")
                .putHeader("Lambda-Runtime-Aws-Request-Id", next.requestId())
                .putHeader("Lambda-Runtime-Deadline-Ms", Long.toString(next.deadlineMs()))
                .putHeader("Lambda-Runtime-Invoked-Function-Arn", next.functionArn());
        put(response, "Lambda-Runtime-Trace-Id", next.traceId());
        put(response, "Lambda-Runtime-Client-Context", next.clientContext());
        put(response, "Lambda-Runtime-Aws-Tenant-Id", next.tenantId());
        put(response, "Berth-Runtime-Replay-Of", next.replayOf());
        put(response, "Berth-Runtime-Suppress-Side-Effects", next.suppressSideEffects() ? "true" : null);
        byte[] payload = new byte[next.payload().remaining()];
        next.payload().duplicate().get(payload);
        reports.handedOver(containerId, next.ticket());
        response.end(Buffer.buffer(payload));
    }

    private void response(HttpServerRequest request, String id) {
        if (refusedAsNotRunning(request, id)) {
            return;
        }
        String early = request.getHeader("Lambda-Runtime-Function-Error-Type");
        Handover answered = running.get(id);
        read(request, id, body -> {
            if (body.tooLarge()) {
                String message = "Response payload size (" + body.size()
                        + " bytes) exceeded maximum allowed payload size (" + Limits.SYNC_PAYLOAD_BYTES + " bytes).";
                if (end(answered)) {
                    String errorType = "Function.ResponseSizeTooLarge";
                    reports.failed(
                            containerId, answered.ticket(), errorType, message, ErrorObject.json(errorType, message));
                }
                refuse(request, 413, "RequestEntityTooLarge", message);
            } else if (end(answered)) {
                RuntimeError late = Trailers.error(request);
                if (late != null) {
                    reportError(answered, late);
                } else if (early != null) {
                    reportError(answered, RuntimeError.of(early, body.bytes()));
                } else {
                    reports.returned(containerId, answered.ticket(), body.bytes());
                }
                accept(request);
            } else {
                refuseAsNotRunning(request, id);
            }
        });
    }

    private void error(HttpServerRequest request, String id) {
        if (refusedAsNotRunning(request, id)) {
            return;
        }
        String errorType = request.getHeader("Lambda-Runtime-Function-Error-Type");
        Handover answered = running.get(id);
        read(request, id, body -> {
            if (end(answered)) {
                reportError(answered, RuntimeError.of(errorType, body.bytes()));
                accept(request);
            } else {
                refuseAsNotRunning(request, id);
            }
        });
    }

    private void initError(HttpServerRequest request) {
        if (initialised) {
            refuse(request, 403, "InvalidStateTransition", "The init of this container is over.");
            return;
        }
        String header = request.getHeader("Lambda-Runtime-Function-Error-Type");
        read(request, "init", body -> {
            RuntimeError error = RuntimeError.of(header, body.bytes());
            reports.initFailed(containerId, error.errorType(), error.message());
            accept(request);
        });
    }

    /**
     * Takes in the last answer to an invocation: a former one that is still on its way in is cut off. Many at once would be as
     * many times the memory that one may take; and who tries again has lost the first connection, whether or not that has
     * been noticed here.
     */
    private void read(HttpServerRequest request, String id, Consumer<BodyCollector> whenComplete) {
        HttpServerRequest former = arriving.put(id, request);
        if (former != null) {
            former.connection().close();
        }
        BodyCollector.read(request, body -> {
            arriving.remove(id, request);
            whenComplete.accept(body);
        });
        request.exceptionHandler(brokenOff -> arriving.remove(id, request));
    }

    private void reportError(Handover answered, RuntimeError error) {
        reports.failed(
                containerId,
                answered.ticket(),
                error.errorType(),
                error.message(),
                error.payload().getBytes());
    }

    /** Ends what runs if it still does; a slow body may arrive after its time, when the same id runs again. */
    private boolean end(Handover answered) {
        boolean ended = running.remove(answered.requestId(), answered);
        if (ended) {
            deliver();
        }
        return ended;
    }

    private boolean refusedAsNotRunning(HttpServerRequest request, String id) {
        if (!running.containsKey(id)) {
            refuseAsNotRunning(request, id);
            return true;
        }
        return false;
    }

    private void refuseAsNotRunning(HttpServerRequest request, String id) {
        refuse(request, 400, "InvalidRequestID", "Invocation " + id + " does not run in this container now.");
    }

    private static void accept(HttpServerRequest request) {
        request.response()
                .setStatusCode(202)
                .putHeader("Content-Type", "application/json")
                .end(OK);
    }

    private static void refuse(HttpServerRequest request, int status, String errorType, String message) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(ErrorObject.json(errorType, message)));
    }

    private static void put(HttpServerResponse response, String name, String value) {
        if (value != null) {
            response.putHeader(name, headerValue(value));
        }
    }

    /** Any text as a header: its UTF-8 bytes, one char each, and control characters (which would end it) as %XX. */
    static String headerValue(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            plain = text.charAt(i) >= ' ' && text.charAt(i) < 0x7f;
        }
        if (plain) {
            return text;
        }
        StringBuilder value = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int unsigned = b & 0xff;
            if (unsigned < ' ' || unsigned == 0x7f) {
                value.append(String.format("%%%02X", unsigned));
            } else {
                value.append((char) unsigned);
            }
        }
        return value.toString();
    }
}
