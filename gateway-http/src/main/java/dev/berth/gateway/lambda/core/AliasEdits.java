package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.AliasDetails;
import dev.berth.schemas.FunctionSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** How a function's aliases come, change and go, and how they are shown. */
public final class AliasEdits {
    private static final Pattern NAME = Pattern.compile("(?!^[0-9]+$)[A-Za-z0-9_-]{1,128}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    private AliasEdits() {}

    /** CreateAlias's and UpdateAlias's body; what was not given is null. */
    public record Request(
            String name, String functionVersion, String description, RoutingConfig routingConfig, String revisionId) {}

    /** The share of each further version; an empty map takes them away. */
    public record RoutingConfig(Map<String, Double> additionalVersionWeights) {}

    /** The function with one more alias. */
    public static FunctionSpec create(FunctionSpec spec, Request request, long nowMs) {
        String name = request.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw refuse("Name must be 1 to 128 letters, digits, hyphens or underscores, and not only digits.");
        }
        if (spec.getAliases().containsKey(name)) {
            throw ApiError.conflict("Alias already exists: " + arn(spec, name) + ". UpdateAlias changes it.")
                    .exception();
        }
        if (request.functionVersion() == null) {
            throw refuse("FunctionVersion is missing: the version that the alias names.");
        }
        return with(spec, name, request, nowMs);
    }

    /** The function with an alias changed; what the request does not name stays. */
    public static FunctionSpec update(FunctionSpec spec, String name, Request request, long nowMs) {
        require(spec, name);
        if (request.revisionId() != null
                && !request.revisionId().equals(details(spec, name).getRevisionId())) {
            throw ApiError.preconditionFailed("The RevisionId provided does not match the latest RevisionId of alias "
                            + name + " of " + spec.getName()
                            + ". Call GetAlias to retrieve the latest one, then decide again.")
                    .exception();
        }
        return with(spec, name, request, nowMs);
    }

    /** The function without an alias; the same if there is none, as in Lambda. */
    public static FunctionSpec delete(FunctionSpec spec, String name) {
        if (!spec.getAliases().containsKey(name)) {
            return spec;
        }
        Map<String, String> aliases = new HashMap<>(spec.getAliases());
        Map<String, AliasDetails> details = new HashMap<>(spec.getAliasDetails());
        aliases.remove(name);
        details.remove(name);
        return FunctionSpec.newBuilder(spec)
                .setAliases(aliases)
                .setAliasDetails(details)
                .build();
    }

    /** Refuses an alias that is not there. */
    public static void require(FunctionSpec spec, String name) {
        if (!spec.getAliases().containsKey(name)) {
            throw ApiError.notFound("Cannot find alias arn: " + arn(spec, name)).exception();
        }
    }

    /** AliasConfiguration. */
    public static ObjectNode show(FunctionSpec spec, String name) {
        AliasDetails details = details(spec, name);
        ObjectNode json = Json.object()
                .put("AliasArn", arn(spec, name))
                .put("Name", name)
                .put("FunctionVersion", spec.getAliases().get(name))
                .put("Description", details.getDescription())
                .put("RevisionId", details.getRevisionId());
        if (!details.getWeights().isEmpty()) {
            ObjectNode weights = json.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
            details.getWeights().forEach(weights::put);
        }
        return json;
    }

    private static FunctionSpec with(FunctionSpec spec, String name, Request request, long nowMs) {
        FunctionEdits.checkDescription(request.description());
        AliasDetails before = details(spec, name);
        String version = request.functionVersion() == null ? spec.getAliases().get(name) : request.functionVersion();
        requireVersion(spec, version, true);
        Map<String, Double> weights = before.getWeights();
        if (request.routingConfig() != null) {
            var given = request.routingConfig().additionalVersionWeights();
            weights = given == null ? Map.of() : Map.copyOf(given);
        }
        checkWeights(spec, version, weights);
        Map<String, String> aliases = new HashMap<>(spec.getAliases());
        aliases.put(name, version);
        Map<String, AliasDetails> details = new HashMap<>(spec.getAliasDetails());
        details.put(
                name,
                AliasDetails.newBuilder()
                        .setDescription(request.description() == null ? before.getDescription() : request.description())
                        .setRevisionId(Long.toString(Math.max(nowMs, Long.parseLong(before.getRevisionId()) + 1)))
                        .setWeights(weights)
                        .build());
        return FunctionSpec.newBuilder(spec)
                .setAliases(aliases)
                .setAliasDetails(details)
                .build();
    }

    private static void checkWeights(FunctionSpec spec, String version, Map<String, Double> weights) {
        if (weights.size() > 1) {
            throw refuse("AdditionalVersionWeights names " + weights.size()
                    + " versions. An alias can have one beside its own.");
        }
        weights.forEach((other, weight) -> {
            if (version.equals(FunctionEdits.LATEST) || other.equals(version)) {
                throw refuse("An alias with weights names two published versions that differ, not " + version + " and "
                        + shown(other) + ".");
            }
            requireVersion(spec, other, false);
            if (!(weight >= 0 && weight <= 1)) {
                throw refuse("The weight of version " + other + " is " + weight + "; it must be from 0.0 to 1.0.");
            }
        });
    }

    private static void requireVersion(FunctionSpec spec, String version, boolean latestToo) {
        if (latestToo && version.equals(FunctionEdits.LATEST)) {
            return;
        }
        if (!NUMBER.matcher(version).matches()) {
            throw refuse("'" + shown(version) + "' is no version's number" + (latestToo ? " and not $LATEST." : "."));
        }
        if (spec.getVersions().stream().noneMatch(each -> each.getVersion().equals(version))) {
            throw ApiError.notFound("Function not found: " + FunctionName.arn(spec.getName()) + ":" + version
                            + ". Publish the version first.")
                    .exception();
        }
    }

    private static AliasDetails details(FunctionSpec spec, String name) {
        AliasDetails known = spec.getAliasDetails().get(name);
        return known != null
                ? known
                : AliasDetails.newBuilder().setRevisionId("0").build();
    }

    private static String arn(FunctionSpec spec, String name) {
        return FunctionName.arn(spec.getName()) + ":" + name;
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
