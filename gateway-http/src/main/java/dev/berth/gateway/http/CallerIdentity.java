package dev.berth.gateway.http;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.RoutingKey;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Who is calling, that is, for which tenant. The one place where a request becomes a tenant.
 *
 * <p>Without keys a caller is believed: the tenant is what the header {@code X-Berth-Tenant} (or, on Berth's own resources, the query
 * parameter {@code tenant}) says, else {@value #DEFAULT_TENANT}. With
 * keys, {@link dev.berth.gateway.auth.Gate} stands before: it refuses what names another tenant than the key's, and writes that one
 * into the header.
 */
public final class CallerIdentity {
    public static final String TENANT_HEADER = "X-Berth-Tenant";
    public static final String DEFAULT_TENANT = "default";
    public static final String TENANT_PARAMETER = "tenant";

    /**
     * The tenant that a request acts for.
     *
     * @throws dev.berth.gateway.core.ApiException if it names none that can be
     */
    public String tenant(HttpServerRequest request) {
        return tenant(request, Optional.empty());
    }

    /**
     * The tenant that a request acts for, where its body may name it as well.
     *
     * @throws dev.berth.gateway.core.ApiException if it names none that can be, or different ones
     */
    public String tenant(HttpServerRequest request, Optional<String> field) {
        String header = request.getHeader(TENANT_HEADER);
        String parameter = request.getParam(TENANT_PARAMETER);
        if (header != null && parameter != null && !header.equals(parameter)) {
            throw ApiError.invalidParameter("The header " + TENANT_HEADER + " and the parameter " + TENANT_PARAMETER
                            + " name different tenants. Give one.")
                    .exception();
        }
        String given = header != null ? header : parameter;
        if (given != null && field.isPresent() && !field.get().equals(given)) {
            throw ApiError.invalidParameter("The request and its body name different tenants. Give one.")
                    .exception();
        }
        String tenant = given != null ? given : field.orElse(DEFAULT_TENANT);
        if (!RoutingKey.isValidName(tenant)) {
            throw ApiError.invalidParameter("A tenant's name is 1 to 64 letters, digits, hyphens or underscores.")
                    .exception();
        }
        return tenant;
    }
}
