package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.routing.RoutingRules;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a function's invocations are routed, limited, ordered and retried. What is not given stays as it is. */
final class SettingsOptions {
    @Option(
            names = "--routing",
            paramLabel = "RULE",
            converter = RoutingConverter.class,
            description = {
                "Where the routing value comes from when an invocation gives none: " + RoutingRules.FORMS + ".",
                "Invocations with equal values run in one container. Default: none"
            })
    private RoutingRule routing;

    @Option(
            names = "--ordered",
            negatable = true,
            description = "Invocations of one routing value run one at a time, in their order, retries included.")
    private Boolean ordered;

    @Option(
            names = "--keep-old-until-ready",
            negatable = true,
            description = "After a deployment, a key's old container serves until one of the new version is ready."
                    + " Default: straight to the new version")
    private Boolean keepOldUntilReady;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = {
                "How many invocations may run at a time, 0 for none at all. Default: no limit",
                "See berth functions concurrency to change or lift it later."
            })
    private Integer concurrency;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How often an asynchronous invocation that failed is run again, 0 to 10. Default: 2")
    private Integer retries;

    @Option(
            names = "--retry-backoff",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Before the first retry, such as 500ms; doubles each time. Default: 1s")
    private Duration retryBackoff;

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "An asynchronous invocation older than this is not run (again), 60s to 6h. Default: 6h")
    private Duration maxAge;

    /** Those that were given, under the names of the gateway's API. */
    ObjectNode json() {
        ObjectNode json = Json.object();
        if (routing != null) {
            json.put("Routing", RoutingRules.text(routing));
        }
        if (ordered != null) {
            json.put("Ordered", ordered);
        }
        if (keepOldUntilReady != null) {
            json.put("KeepOldUntilReady", keepOldUntilReady);
        }
        if (concurrency != null) {
            json.put("ReservedConcurrency", concurrency);
        }
        if (retries != null) {
            json.put("MaximumRetryAttempts", retries);
        }
        if (retryBackoff != null) {
            json.put("RetryBackoffMs", retryBackoff.toMillis());
        }
        if (maxAge != null) {
            json.put("MaximumEventAgeInSeconds", maxAge.toSeconds());
        }
        return json;
    }
}
