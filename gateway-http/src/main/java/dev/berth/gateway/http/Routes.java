package dev.berth.gateway.http;

import dev.berth.schemas.Limits;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;

/**
 * Where a resource area enters its routes, before the object that answers them is there: it comes when the gateway is connected.
 *
 * <pre>{@code
 * public static void enter(Routes<PinRoutes> routes) {
 *     routes.add(HttpMethod.GET, "/pins", "berth:GetPins", PinRoutes::get);
 * }
 * }</pre>
 *
 * @param <R> the class that answers
 */
@FunctionalInterface
public interface Routes<R> {
    /** Of all that deploys nothing: a synchronous payload is the largest. */
    int BODY_BYTES = Limits.SYNC_PAYLOAD_BYTES + 64 * 1024;

    /** Enters a route whose bodies are bounded as most are. */
    default void add(HttpMethod method, String path, String operation, BiConsumer<R, RoutingContext> handler) {
        add(method, path, operation, BODY_BYTES, handler);
    }

    /**
     * Enters a route.
     *
     * @param path with its parameters as {@code :name}
     * @param operation what the route does, as policies and the API's description name it; see {@link Operation}
     * @param bodyBytes the most that is read of a body whose signature must be checked first
     */
    void add(HttpMethod method, String path, String operation, int bodyBytes, BiConsumer<R, RoutingContext> handler);
}
