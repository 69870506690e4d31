package dev.berth.gateway.http;

import dev.berth.gateway.core.ApiError;
import io.vertx.core.http.HttpServerRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.OptionalLong;

/** Moments in query parameters. */
public final class Times {
    private Times() {}

    /**
     * A moment: milliseconds of the epoch, or as ISO 8601 writes it, such as {@code 2026-01-31T12:00:00Z}.
     *
     * @return empty if it is not given
     * @throws dev.berth.gateway.core.ApiException if it is none
     */
    public static OptionalLong parameter(HttpServerRequest request, String name) {
        String given = request.getParam(name);
        if (given == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    given.matches("\\d{1,15}")
                            ? Long.parseLong(given)
                            : Instant.parse(given).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw ApiError.invalidParameter("The parameter " + name
                            + " is no time. Give milliseconds of the epoch, or a time such as 2026-01-31T12:00:00Z.")
                    .exception();
        }
    }
}
