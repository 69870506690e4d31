package dev.berth.gateway.http;

import dev.berth.gateway.core.ApiError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;
import java.util.function.Consumer;

/**
 * Reads request bodies into memory, of which there is only so much: each body has its limit, all of them together have theirs,
 * and a sender that takes too long is given up.
 *
 * <p>Event loop only. A body's bytes count from its first byte until {@link Body#release()}.
 */
public final class BodyReader {
    private static final long LINGER_MS = 5_000;
    private static final long CLOSE_MS = 100;

    private final Vertx vertx;
    private final long budgetBytes;
    private final long timeoutMs;
    private final IdentityHashMap<HttpServerRequest, Known> known = new IdentityHashMap<>();
    private long heldBytes;

    /** What was found out about a body before its operation asks for it. */
    private static final class Known {
        private Consumer<byte[]> check = bytes -> {};
        private Body body;
    }

    /**
     * @param budgetBytes what all bodies may take together
     * @param timeoutMs for one body, from its headers to its end
     */
    public BodyReader(Vertx vertx, long budgetBytes, long timeoutMs) {
        this.vertx = vertx;
        this.budgetBytes = budgetBytes;
        this.timeoutMs = timeoutMs;
    }

    /** A body that was read. */
    public final class Body {
        private final byte[] bytes;
        private long held;

        private Body(byte[] bytes, long held) {
            this.bytes = bytes;
            this.held = held;
        }

        public byte[] bytes() {
            return bytes;
        }

        /** The bytes are not needed any more. Event loop only; once more does nothing. */
        public void release() {
            heldBytes -= held;
            held = 0;
        }
    }

    /**
     * Reads a body. Must be called before the request's handler returns.
     *
     * @param limitBytes more is refused with 413
     * @param operation named in that refusal
     * @return fails with an {@link dev.berth.gateway.core.ApiException}, or as the connection did; nothing is held then
     */
    public Future<Body> read(HttpServerRequest request, int limitBytes, String operation) {
        Known before = known.get(request);
        if (before == null) {
            return fresh(request, limitBytes, operation);
        }
        if (before.body == null) {
            return fresh(request, limitBytes, operation).compose(body -> {
                try {
                    before.check.accept(body.bytes());
                    return Future.succeededFuture(body);
                } catch (RuntimeException e) {
                    body.release();
                    return Future.failedFuture(e);
                }
            });
        }
        return before.body.bytes().length > limitBytes
                ? Future.failedFuture(tooLarge(limitBytes, operation).exception())
                : Future.succeededFuture(before.body);
    }

    /**
     * Has a body checked when it is read: a check that throws refuses it. Of no account if nobody reads it.
     *
     * <p>{@link #forget} must follow.
     */
    public void check(HttpServerRequest request, Consumer<byte[]> check) {
        known.computeIfAbsent(request, first -> new Known()).check = check;
    }

    /**
     * Reads a body before its operation does, which then gets it from here.
     *
     * <p>{@link #forget} must follow.
     */
    public Future<byte[]> readAhead(HttpServerRequest request, int limitBytes, String operation) {
        return fresh(request, limitBytes, operation).map(body -> {
            known.computeIfAbsent(request, first -> new Known()).body = body;
            return body.bytes();
        });
    }

    /** Nobody will ask for this request's body any more. */
    public void forget(HttpServerRequest request) {
        Known before = known.remove(request);
        if (before != null && before.body != null) {
            before.body.release();
        }
    }

    /** The request is refused before its body was read: what is under way of it is dropped, and then the connection closed. */
    public void dropRest(HttpServerRequest request) {
        if (!request.isEnded()) {
            drop(request);
        }
    }

    private Future<Body> fresh(HttpServerRequest request, int limitBytes, String operation) {
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced != null && Long.parseLong(announced) > limitBytes) {
            return refuse(request, tooLarge(limitBytes, operation));
        }
        Reading reading = new Reading(request, limitBytes, operation);
        long timer = vertx.setTimer(
                timeoutMs,
                id -> reading.fail(new ApiError(
                        408,
                        "RequestTimeoutException",
                        "The body did not arrive within " + timeoutMs + " ms. Nothing was done; send it again.")));
        request.handler(reading::chunk);
        request.exceptionHandler(reading::broke);
        request.endHandler(end -> reading.end());
        return reading.done.future().onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.failed()) {
                reading.drop();
            }
        });
    }

    private Future<Body> refuse(HttpServerRequest request, ApiError error) {
        drop(request);
        return Future.failedFuture(error.exception());
    }

    private void drop(HttpServerRequest request) {
        // Closing with bytes unread would reset the connection, and the client might never see why. So they are read
        // and
        // dropped for a while.
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        long lingering = vertx.setTimer(LINGER_MS, id -> request.connection().close());
        request.handler(dropped -> {});
        request.exceptionHandler(gone -> vertx.cancelTimer(lingering));
        request.endHandler(end -> {
            if (vertx.cancelTimer(lingering)) {
                vertx.setTimer(CLOSE_MS, id -> request.connection().close());
            }
        });
    }

    private static ApiError tooLarge(int limitBytes, String operation) {
        return ApiError.tooLarge(
                "Request must be smaller than " + limitBytes + " bytes for the " + operation + " operation");
    }

    private final class Reading {
        private final HttpServerRequest request;
        private final int limitBytes;
        private final String operation;
        private final Promise<Body> done = Promise.promise();
        private Buffer buffer = Buffer.buffer();
        private long held;

        Reading(HttpServerRequest request, int limitBytes, String operation) {
            this.request = request;
            this.limitBytes = limitBytes;
            this.operation = operation;
        }

        void chunk(Buffer chunk) {
            if (done.future().isComplete()) {
                return;
            }
            held += chunk.length();
            heldBytes += chunk.length();
            if (held > limitBytes) {
                fail(tooLarge(limitBytes, operation));
            } else if (heldBytes > budgetBytes) {
                fail(ApiError.tooMany("The gateway holds as many request bytes as it may (" + budgetBytes
                        + "). Nothing was done; try again."));
            } else {
                buffer.appendBuffer(chunk);
            }
        }

        void end() {
            if (!done.future().isComplete()) {
                byte[] bytes = buffer.getBytes();
                buffer = null;
                done.tryComplete(new Body(bytes, held));
            }
        }

        void fail(ApiError error) {
            if (!done.future().isComplete()) {
                refuse(request, error);
                done.tryFail(error.exception());
            }
        }

        /** The client has gone, or what it sends is no body; whichever, nobody here has failed. */
        void broke(Throwable cause) {
            done.tryFail(ApiError.invalidContent("The body of the " + operation
                            + " operation could not be read to its end: it broke off, or its chunks are not HTTP's.")
                    .exception());
        }

        void drop() {
            heldBytes -= held;
            held = 0;
            buffer = null;
        }
    }
}
