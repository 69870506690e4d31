package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A function as callers name it: {@code name}, {@code name:qualifier}, {@code account:function:name[:qualifier]} or a full ARN.
 *
 * @param name the bare name
 * @param qualifier a version or alias, from the name or from the request's parameter
 */
public record FunctionName(String name, Optional<String> qualifier) {
    /** Account and region stand in ARNs because Lambda's tools want them; Berth has neither. */
    private static final String ARN_PREFIX = "arn:aws:lambda:us-east-1:000000000000:function:";

    private static final String LAYER_PREFIX = "arn:aws:lambda:us-east-1:000000000000:layer:";

    private static final Pattern GIVEN =
            Pattern.compile("(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\\d{12}:function:|\\d{12}:function:|function:)?"
                    + "(?<name>[A-Za-z0-9_-]{1,64})(?::(?<qualifier>\\$LATEST|[A-Za-z0-9_-]{1,128}))?");
    private static final Pattern QUALIFIER = Pattern.compile("\\$LATEST|[A-Za-z0-9_-]{1,128}");
    private static final int SHOWN_CHARS = 200;

    /**
     * Reads a name.
     *
     * @param given as it stood in the path, URL-decoded
     * @param parameter the request's Qualifier, or null
     * @throws dev.berth.gateway.core.ApiException if it is none, or names one qualifier and the parameter another
     */
    public static FunctionName parse(String given, String parameter) {
        Matcher matcher = GIVEN.matcher(given);
        if (!matcher.matches()) {
            throw ApiError.invalidParameter(
                            "'" + shown(given) + "' does not name a function. Give a name of 1 to 64 letters, digits,"
                                    + " hyphens or underscores, a partial ARN (000000000000:function:NAME) or a full one, each with"
                                    + " :QUALIFIER if need be.")
                    .exception();
        }
        String own = matcher.group("qualifier");
        if (parameter != null && !QUALIFIER.matcher(parameter).matches()) {
            throw ApiError.invalidParameter(
                            "'" + shown(parameter) + "' is no qualifier: give $LATEST, a version's number or an alias.")
                    .exception();
        }
        if (own != null && parameter != null && !own.equals(parameter)) {
            throw ApiError.invalidParameter(
                            "The derived qualifier from the function name does not match the specified qualifier.")
                    .exception();
        }
        return new FunctionName(matcher.group("name"), Optional.ofNullable(own != null ? own : parameter));
    }

    /** The full ARN, without a qualifier. */
    public static String arn(String name) {
        return ARN_PREFIX + name;
    }

    /** A layer in that form: its content is its name, so that each has one version. */
    static String layerArn(String sha256) {
        return LAYER_PREFIX + sha256 + ":1";
    }

    /** The refusal for a function or qualifier that is not there, or not for this caller to see. */
    public ApiError notFound() {
        return ApiError.notFound(
                "Function not found: " + arn(name) + qualifier.map(q -> ":" + q).orElse(""));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }
}
