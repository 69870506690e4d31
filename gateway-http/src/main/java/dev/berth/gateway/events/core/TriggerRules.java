package dev.berth.gateway.events.core;

import static dev.berth.gateway.events.core.Known.refuse;
import static dev.berth.gateway.events.core.Known.shown;

import dev.berth.schemas.EventShape;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.StartingPosition;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerRouting;
import dev.berth.schemas.routing.RoutingRules;
import java.util.List;
import software.amazon.event.ruler.JsonRuleCompiler;

/** What holds for each trigger, whichever API made it. */
public final class TriggerRules {
    /** As many as Lambda lets a filter have. */
    public static final int MOST_FILTERS = 10;

    /** Of records in a batch, as Lambda has it. */
    public static final int MOST_RECORDS = 10_000;

    /** How long a batch may wait, as Lambda has it. */
    public static final int MOST_WINDOW_MS = 300_000;

    /** As Lambda has it. */
    public static final int MOST_RETRIES = 10_000;

    /** What "without end" is kept as: Lambda writes -1. */
    public static final int ENDLESS_RETRIES = 1_000_000_000;

    /** The same of ages: a hundred years. */
    public static final long ENDLESS_AGE_MS = 36_500L * 24 * 60 * 60 * 1000;

    private static final int MOST_FILTER_CHARS = 4_096;
    private static final int MOST_TOPICS = 10;

    private TriggerRules() {}

    /** Refuses topics that cannot be a trigger's. */
    public static List<String> topics(List<String> given, Known known) {
        if (given.isEmpty() || given.size() > MOST_TOPICS) {
            throw refuse("A trigger reads 1 to " + MOST_TOPICS + " topics, not " + given.size() + ".");
        }
        return given.stream().map(known::topic).distinct().toList();
    }

    /** Refuses patterns that EventBridge's own matcher does not understand. */
    public static List<String> filters(List<String> patterns) {
        if (patterns.size() > MOST_FILTERS) {
            throw refuse("A trigger has at most " + MOST_FILTERS + " filters, not " + patterns.size()
                    + ". A pattern may list several values, or use $or.");
        }
        for (String pattern : patterns) {
            if (pattern.length() > MOST_FILTER_CHARS) {
                throw refuse("A filter pattern has " + pattern.length() + " characters; at most " + MOST_FILTER_CHARS
                        + " fit.");
            }
            String wrong;
            try {
                wrong = JsonRuleCompiler.check(pattern);
            } catch (RuntimeException e) {
                // Its parser throws what it did not foresee; to whoever wrote the pattern that is the same.
                wrong = e.toString();
            }
            if (wrong != null) {
                throw refuse("Invalid filter pattern definition: '" + shown(pattern) + "' is no EventBridge pattern ("
                        + wrong.lines().findFirst().orElse("it cannot be read")
                        + "). Leaves are lists of values, such as {\"value\": {\"type\": [\"order\"]}}.");
            }
        }
        return patterns;
    }

    /** What of a record is the routing value, as {@code routing} writes it. */
    public static void route(Trigger trigger, String given) {
        RoutingRule rule;
        try {
            rule = RoutingRules.parse(given);
        } catch (IllegalArgumentException e) {
            throw refuse("routing: " + e.getMessage());
        }
        trigger.setRouting(
                switch (rule.getSource()) {
                    case NONE -> TriggerRouting.NONE;
                    case RECORD_KEY -> TriggerRouting.RECORD_KEY;
                    case HEADER -> TriggerRouting.HEADER;
                    case JSON_POINTER -> TriggerRouting.JSON_POINTER;
                    case TENANT, ATTRIBUTE ->
                        throw refuse("routing '" + shown(given)
                                + "' is not one of a trigger: give record-key, header:NAME, json:POINTER (into the"
                                + " record's value) or none, which leaves it to the function's rule.");
                });
        trigger.setRoutingExpression(rule.getExpression());
    }

    /** How {@link #route} was told. */
    public static String routing(Trigger trigger) {
        return switch (trigger.getRouting()) {
            case NONE -> "none";
            case RECORD_KEY -> "record-key";
            case HEADER -> "header:" + trigger.getRoutingExpression();
            case JSON_POINTER -> "json:" + trigger.getRoutingExpression();
        };
    }

    /** Refuses what does not go together. */
    public static void check(Trigger trigger, long nowMs) {
        if (trigger.getShape() == EventShape.VALUE && trigger.getBatchSize() != 1) {
            throw refuse("event value hands over one record at a time: batchSize must be 1, not "
                    + trigger.getBatchSize() + ", or event must be lambda or cloudevents.");
        }
        if (trigger.getStart() == StartingPosition.AT_TIMESTAMP && trigger.getStartTimestampMs() > nowMs) {
            throw refuse("The time to start at lies ahead; it must be past. Use latest to begin with what comes.");
        }
    }
}
