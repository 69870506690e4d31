package dev.berth.gateway.http;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. Each does nothing if the request is answered already or its client has gone. */
public final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** A JSON body. */
    public static void json(HttpServerResponse response, int status, Object body) {
        if (open(response)) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(Json.bytes(body)));
        }
    }

    /** No body. */
    public static void empty(HttpServerResponse response, int status) {
        if (open(response)) {
            response.setStatusCode(status).end();
        }
    }

    /** A refusal in Lambda's shape. */
    public static void error(HttpServerResponse response, ApiError error) {
        if (!open(response)) {
            return;
        }
        if (error.retryAfterSeconds() > 0) {
            response.putHeader("Retry-After", Integer.toString(error.retryAfterSeconds()));
        }
        response.putHeader("X-Amzn-ErrorType", error.headerType());
        var body = Json.object().put("Type", error.party()).put("Message", error.message());
        error.reason().ifPresent(reason -> body.put("Reason", reason));
        // Some of Lambda's errors have their message under a small letter; SDKs look for either.
        body.put("message", error.message());
        json(response, error.status(), body);
    }

    /** The refusal for whatever went wrong; what was not foreseen is logged under an id that the caller gets. */
    public static void failure(HttpServerResponse response, Throwable cause) {
        if (cause instanceof ApiException api) {
            error(response, api.error());
            return;
        }
        String incident = UUID.randomUUID().toString();
        log.error("Request failed incident={}", incident, cause);
        error(
                response,
                ApiError.internal("Berth failed on this request (incident " + incident
                        + "). The gateway's log has the cause under that id."));
    }

    /** Whether an answer can still be written. */
    public static boolean open(HttpServerResponse response) {
        return !response.ended() && !response.closed();
    }
}
