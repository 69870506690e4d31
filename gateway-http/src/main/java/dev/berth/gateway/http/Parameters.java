package dev.berth.gateway.http;

import dev.berth.gateway.core.ApiError;
import io.vertx.core.http.HttpServerRequest;

/** Query parameters that several resources take. */
public final class Parameters {
    private Parameters() {}

    /**
     * The parameter {@code limit}.
     *
     * @throws dev.berth.gateway.core.ApiException if it is no number from 1 to the most
     */
    public static int limit(HttpServerRequest request, int standard, int most) {
        String given = request.getParam("limit");
        if (given == null) {
            return standard;
        }
        try {
            int limit = Integer.parseInt(given);
            if (limit >= 1 && limit <= most) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw ApiError.invalidParameter("limit must be a number from 1 to " + most + ".")
                .exception();
    }
}
