package dev.berth.schemas.routing;

import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Routing rules as people write them, in the command line and in the API:
 *
 * <pre>
 * none                  no routing value unless the invocation gives one
 * tenant                the tenant
 * record-key            the key of the Kafka record
 * header:X-Session      a header, whatever the case of its name
 * attribute:source      an attribute of the event, or a field of the invocation
 * json:/user/id         what a JSON pointer (RFC 6901) finds in the payload
 * </pre>
 */
public final class RoutingRules {
    /** The forms, for messages and help. */
    public static final String FORMS =
            "none, tenant, record-key, header:NAME, attribute:NAME or json:POINTER (such as json:/user/id)";

    /** The longest name or pointer, in characters. */
    public static final int EXPRESSION_CHARS = 512;

    // RFC 9110: a field name is a token.
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z0-9_-]+");

    private RoutingRules() {}

    /**
     * The rule that a text means.
     *
     * @throws IllegalArgumentException if it means none; the message is for its writer
     */
    public static RoutingRule parse(String text) {
        String trimmed = text.strip();
        int colon = trimmed.indexOf(':');
        String word = (colon < 0 ? trimmed : trimmed.substring(0, colon)).toLowerCase(Locale.ROOT);
        String expression = colon < 0 ? "" : trimmed.substring(colon + 1);
        if (expression.length() > EXPRESSION_CHARS) {
            throw new IllegalArgumentException("A routing rule names at most " + EXPRESSION_CHARS + " characters, not "
                    + expression.length() + ".");
        }
        RoutingSource source = source(word, colon >= 0, trimmed);
        return new RoutingRule(source, checked(source, expression));
    }

    /** The text of a rule; {@code none} for null. */
    public static String text(RoutingRule rule) {
        if (rule == null) {
            return "none";
        }
        return switch (rule.getSource()) {
            case NONE -> "none";
            case TENANT -> "tenant";
            case RECORD_KEY -> "record-key";
            case HEADER -> "header:" + rule.getExpression();
            case ATTRIBUTE -> "attribute:" + rule.getExpression();
            case JSON_POINTER -> "json:" + rule.getExpression();
        };
    }

    private static RoutingSource source(String word, boolean named, String whole) {
        RoutingSource source = switch (word) {
            case "none" -> RoutingSource.NONE;
            case "tenant" -> RoutingSource.TENANT;
            case "record-key" -> RoutingSource.RECORD_KEY;
            case "header" -> RoutingSource.HEADER;
            case "attribute" -> RoutingSource.ATTRIBUTE;
            case "json" -> RoutingSource.JSON_POINTER;
            default -> throw unknown(whole);
        };
        boolean takesName = switch (source) {
            case NONE, TENANT, RECORD_KEY -> false;
            case HEADER, ATTRIBUTE, JSON_POINTER -> true;
        };
        if (named != takesName) {
            throw unknown(whole);
        }
        return source;
    }

    private static String checked(RoutingSource source, String expression) {
        return switch (source) {
            case NONE, TENANT, RECORD_KEY -> "";
            case HEADER -> {
                if (!HEADER.matcher(expression).matches()) {
                    throw new IllegalArgumentException(
                            "\"" + expression + "\" cannot be a header's name. Write a name such as header:X-Session.");
                }
                yield expression;
            }
            case ATTRIBUTE -> {
                if (!ATTRIBUTE.matcher(expression).matches()) {
                    throw new IllegalArgumentException(
                            "\"" + expression
                                    + "\" cannot be an attribute's name (letters, digits, - and _). Write one such as attribute:source.");
                }
                yield expression.toLowerCase(Locale.ROOT);
            }
            case JSON_POINTER -> {
                JsonPointer.parse(expression);
                yield expression;
            }
        };
    }

    private static IllegalArgumentException unknown(String whole) {
        String shown = whole.length() > 100 ? whole.substring(0, 100) + "…" : whole;
        return new IllegalArgumentException("\"" + shown + "\" is not a routing rule. A rule is " + FORMS + ".");
    }
}
