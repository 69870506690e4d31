package dev.berth.gateway.events.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.lambda.core.EventDestinations;
import dev.berth.gateway.lambda.core.FunctionName;
import java.util.regex.Pattern;

/**
 * What a trigger or schedule may refer to, and the refusals of what it may not.
 *
 * @param prefix of Berth's own topics
 * @param functions of the caller's tenant
 */
public record Known(String prefix, EventDestinations.Known functions) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    /** A function that there is. */
    public FunctionName function(String given) {
        FunctionName name = FunctionName.parse(given, null);
        if (!functions.function(name)) {
            throw name.notFound().exception();
        }
        return name;
    }

    /** A topic of the users' that there may be; returns its name. */
    public String topic(String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw refuse("'" + shown(name) + "' cannot be a topic's name: 1 to 249 letters, digits, dots, hyphens and"
                    + " underscores.");
        }
        if (name.startsWith(prefix)) {
            throw refuse("Topic " + name + " is one of Berth's own (" + prefix + "*), which are not for events. Use a"
                    + " topic of your own.");
        }
        return name;
    }

    /** A destination in the form in which it is kept. */
    public String destination(String function, String field, String given) {
        String kept = EventDestinations.kept(function, field, given, functions);
        if (kept.startsWith(EventDestinations.TOPIC)) {
            topic(kept.substring(EventDestinations.TOPIC.length()));
        }
        return kept;
    }

    static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
