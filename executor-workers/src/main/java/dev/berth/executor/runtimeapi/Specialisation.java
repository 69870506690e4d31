package dev.berth.executor.runtimeapi;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * How a prewarmed container comes by its code: its bootstrap asks for it here, once, and gets the answer when a function needs
 * it. This is Berth's own, not Lambda's; it is refused to a container that has its function, whatever that then asks.
 *
 * <pre>
 *   (asked nothing) ──GET──> waiting ──order──> over
 * </pre>
 *
 * All of it belongs to the listener's event loop.
 */
final class Specialisation {
    static final String PATH = "/berth/2026-11-01/code";

    private HttpServerResponse waiting;
    private byte[] order;
    private Runnable whenTold;
    private boolean asked;
    private boolean over;

    /** Whether the container has been told what it is. */
    boolean isOver() {
        return over;
    }

    /**
     * The container asks for code, as it may.
     *
     * @return whether it does so for the first time
     */
    boolean ask(HttpServerRequest request) {
        boolean first = !asked;
        asked = true;
        HttpServerResponse response = request.response();
        waiting = response;
        response.closeHandler(nothing -> {
            if (waiting == response) {
                waiting = null;
            }
        });
        deliver();
        return first;
    }

    /** Whether this request may ask for code now. */
    boolean mayAsk(HttpServerRequest request) {
        return !over && waiting == null && request.method().equals(HttpMethod.GET);
    }

    /**
     * What the container is from now on.
     *
     * @param told called when that leaves for the container
     */
    void order(byte[] bytes, Runnable told) {
        order = bytes;
        whenTold = told;
        deliver();
    }

    private void deliver() {
        if (waiting == null || order == null) {
            return;
        }
        HttpServerResponse response = waiting;
        waiting = null;
        over = true;
        whenTold.run();
        response.putHeader("Content-Type", "application/octet-stream").end(Buffer.buffer(order));
        order = null;
    }
}
