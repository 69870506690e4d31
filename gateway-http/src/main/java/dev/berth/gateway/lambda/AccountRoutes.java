package dev.berth.gateway.lambda;

import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.AccountSettings;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.InstanceStatus;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** GetAccountSettings. Event loop; tables in memory. */
public final class AccountRoutes {
    private final CallerIdentity identity;
    private final TopicTable<FunctionSpec> functions;
    private final TopicTable<InstanceStatus> instances;
    private final TopicTable<Assignment> fleet;

    public AccountRoutes(
            CallerIdentity identity,
            TopicTable<FunctionSpec> functions,
            TopicTable<InstanceStatus> instances,
            TopicTable<Assignment> fleet) {
        this.identity = identity;
        this.functions = functions;
        this.instances = instances;
        this.fleet = fleet;
    }

    /** The account's settings, with and without a slash at the end, as SDKs differ. */
    public static void enter(Routes<AccountRoutes> routes) {
        for (String path : List.of("/2016-08-19/account-settings", "/2016-08-19/account-settings/")) {
            routes.add(HttpMethod.GET, path, "lambda:GetAccountSettings", AccountRoutes::settings);
        }
    }

    /** What the caller's tenant has and may have. */
    public void settings(RoutingContext ctx) {
        String prefix = identity.tenant(ctx.request()) + "/";
        int slots = fleet.scan("", null)
                .filter(row -> row.getValue().getState() == AssignmentState.LIVE)
                .map(row -> instances.get(row.getKey()))
                .flatMap(Optional::stream)
                .mapToInt(InstanceStatus::getSlots)
                .sum();
        Answers.json(
                ctx.response(),
                200,
                AccountSettings.of(
                        functions.scan(prefix, null).map(Map.Entry::getValue).toList(), slots));
    }
}
