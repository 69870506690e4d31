package dev.berth.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections on which no request has been in work for a while: those that were left open, and those whose client sends
 * its headers so slowly that no request comes of them. A connection whose request waits for its result is left alone.
 *
 * <p>Event loop only.
 */
public final class ConnectionGuard {
    private static final long SWEEP_MS = 5_000;

    private final long idleNs;
    private final Map<HttpConnection, Use> uses = new HashMap<>();

    private static final class Use {
        private int inWork;
        private long idleSinceNs = System.nanoTime();
    }

    /** @param idleMs without a request until a connection is closed, give or take a sweep */
    public ConnectionGuard(Vertx vertx, long idleMs) {
        this.idleNs = TimeUnit.MILLISECONDS.toNanos(idleMs);
        vertx.setPeriodic(Math.min(SWEEP_MS, idleMs), sweep -> sweep());
    }

    /** A connection was made. */
    public void opened(HttpConnection connection) {
        uses.put(connection, new Use());
        connection.closeHandler(gone -> uses.remove(connection));
    }

    /** A request came; {@link #left} follows when it is answered. */
    public void entered(HttpServerRequest request) {
        Use use = uses.get(request.connection());
        if (use != null) {
            use.inWork++;
        }
    }

    /** A request was answered, or its client has gone. */
    public void left(HttpServerRequest request) {
        Use use = uses.get(request.connection());
        if (use != null) {
            use.inWork--;
            use.idleSinceNs = System.nanoTime();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        List<HttpConnection> idle = uses.entrySet().stream()
                .filter(each -> each.getValue().inWork <= 0 && now - each.getValue().idleSinceNs > idleNs)
                .map(Map.Entry::getKey)
                .toList();
        idle.forEach(HttpConnection::close);
    }
}
