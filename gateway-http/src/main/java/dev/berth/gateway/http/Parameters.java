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
        return number(request, "limit", standard, most);
    }

    /**
     * A number.
     *
     * @throws dev.berth.gateway.core.ApiException if it is none from 1 to the most
     */
    public static int number(HttpServerRequest request, String name, int standard, int most) {
        String given = request.getParam(name);
        if (given == null) {
            return standard;
        }
        try {
            int number = Integer.parseInt(given);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw ApiError.invalidParameter(name + " must be a number from 1 to " + most + ".")
                .exception();
    }
}
