package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.FunctionSpec;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the endings of a function's asynchronous invocations are told: the DestinationConfig of Lambda's event invoke
 * configuration.
 *
 * <p>A topic is given as {@code topic:NAME}, in Lambda's form {@code kafka://NAME}, or as a Kafka ARN that ends in its name, and
 * kept as {@code topic:NAME}. A function is given as {@code function:NAME[:QUALIFIER]}, by its bare name, or in one of the ARN's
 * forms, and kept as its full ARN.
 */
public final class EventDestinations {
    /** Begins a destination that is a topic. */
    public static final String TOPIC = "topic:";

    private static final Pattern TOPIC_GIVEN =
            Pattern.compile("(?:topic:|kafka://|arn:aws[a-zA-Z-]*:kafka:[a-z0-9-]*:\\d*:topic/(?:[^/\\s]+/)*)"
                    + "(?<name>[A-Za-z0-9._-]{1,249})");
    private static final Pattern OTHER_SERVICE = Pattern.compile("arn:aws[a-zA-Z-]*:(?!lambda:).*");
    private static final int MAX_CHARS = 350;

    private EventDestinations() {}

    /** Whether there is a function of this name among the caller's own. */
    public interface Known {
        boolean function(FunctionName name);
    }

    /**
     * The function with the destinations that a request names; one that it names as empty is taken away, and one that it does
     * not name stays.
     *
     * @param config DestinationConfig as the request has it, or null
     * @throws ApiException if one is none, names a function that is not there, or the function itself
     */
    public static FunctionSpec on(FunctionSpec spec, JsonNode config, Known known) {
        if (config == null || config.isNull()) {
            return spec;
        }
        if (!config.isObject()) {
            throw refuse("DestinationConfig must be an object with OnSuccess, OnFailure or both.");
        }
        Destinations before = spec.getDestinations();
        String onSuccess = end(
                spec, config, "OnSuccess", known, Optional.ofNullable(before).map(Destinations::getOnSuccess));
        String onFailure = end(
                spec, config, "OnFailure", known, Optional.ofNullable(before).map(Destinations::getOnFailure));
        return FunctionSpec.newBuilder(spec)
                .setDestinations(onSuccess == null && onFailure == null ? null : new Destinations(onSuccess, onFailure))
                .build();
    }

    /** The function without destinations. */
    static FunctionSpec without(FunctionSpec spec) {
        return FunctionSpec.newBuilder(spec).clearDestinations().build();
    }

    /** Adds the DestinationConfig of a function to an answer: empty objects where nothing is told. */
    static void show(FunctionSpec spec, ObjectNode json) {
        ObjectNode config = json.putObject("DestinationConfig");
        Destinations there = spec.getDestinations();
        end(config.putObject("OnSuccess"), there == null ? null : there.getOnSuccess());
        end(config.putObject("OnFailure"), there == null ? null : there.getOnFailure());
    }

    private static void end(ObjectNode json, String destination) {
        if (destination != null) {
            json.put("Destination", destination);
        }
    }

    private static String end(FunctionSpec spec, JsonNode config, String field, Known known, Optional<String> before) {
        JsonNode end = config.get(field);
        if (end == null || end.isNull()) {
            return before.orElse(null);
        }
        JsonNode given = end.path("Destination");
        if (given.isMissingNode() || given.isNull() || given.asText().isEmpty()) {
            return null;
        }
        if (!given.isTextual()) {
            throw refuse(field + ".Destination must be text.");
        }
        return kept(spec.getName(), field + ".Destination", given.asText(), known);
    }

    /**
     * One destination in the form in which it is kept.
     *
     * @param function whose endings are told
     * @param field as messages name it
     * @throws ApiException if it is none, names a function that is not there, or the function itself
     */
    public static String kept(String function, String field, String given, Known known) {
        if (given.length() > MAX_CHARS) {
            throw refuse(field + " has " + given.length() + " characters; at most " + MAX_CHARS + " fit.");
        }
        Matcher topic = TOPIC_GIVEN.matcher(given);
        if (topic.matches()) {
            String name = topic.group("name");
            if (name.equals(".") || name.equals("..")) {
                throw refuse(field + ": no topic can be called '" + name + "'.");
            }
            return TOPIC + name;
        }
        if (given.startsWith(TOPIC)
                || given.startsWith("kafka:")
                || OTHER_SERVICE.matcher(given).matches()) {
            throw refuse(field + " is '" + given + "'. Give topic:NAME (letters, digits, dots, hyphens and"
                    + " underscores), a Kafka topic's ARN, or a function's name or ARN; Berth knows no queues,"
                    + " buckets or buses of AWS's.");
        }
        FunctionName name = FunctionName.parse(given, null);
        if (name.name().equals(function)) {
            throw refuse("You can't specify the function as a destination for itself (" + field + ").");
        }
        if (!known.function(name)) {
            throw refuse(
                    field + ": there is no function " + given + ". Deploy it first; a topic is written topic:NAME.");
        }
        return FunctionName.arn(name.name())
                + name.qualifier().map(q -> ":" + q).orElse("");
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
