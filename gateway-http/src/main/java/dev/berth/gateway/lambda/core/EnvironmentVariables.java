package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The variables that a function's owner sets: which may be, and how they are kept. */
final class EnvironmentVariables {
    /** Lambda's variable for the runtime's own name; Berth keeps there the name that the function was given. */
    static final String GIVEN_RUNTIME = "AWS_EXECUTION_ENV";

    static final String GIVEN_RUNTIME_PREFIX = "AWS_Lambda_";

    private static final int MOST_BYTES = 4096;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
    /** AWS Lambda Developer Guide, "Reserved environment variables", and Berth's own. */
    private static final Set<String> RESERVED = Set.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            GIVEN_RUNTIME,
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_LAMBDA_RUNTIME_API",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR",
            "BERTH_CONTAINER_ID",
            "BERTH_TENANT",
            "BERTH_LAYERS_ROOT");

    private EnvironmentVariables() {}

    /** Those of a request; none if it names none. */
    static Map<String, String> of(FunctionRequests.Environment environment) {
        return environment == null || environment.variables() == null ? Map.of() : environment.variables();
    }

    /** Refuses variables that cannot be, or that containers get from Berth. */
    static void check(FunctionRequests.Environment environment) {
        Set<String> reserved = new TreeSet<>(of(environment).keySet());
        reserved.retainAll(RESERVED);
        if (!reserved.isEmpty()) {
            throw refuse(
                    "Lambda was unable to configure your environment variables because the environment variables you"
                            + " have provided contains reserved keys that are currently not supported for modification."
                            + " Reserved keys used in this request: " + String.join(", ", reserved));
        }
        int bytes = 0;
        for (var variable : of(environment).entrySet()) {
            String name = variable.getKey();
            if (!NAME.matcher(name).matches() || variable.getValue() == null) {
                throw refuse("Environment variable '" + name
                        + "' is not valid: a name begins with a letter and goes on with letters, digits and underscores,"
                        + " and its value is a string.");
            }
            if (variable.getValue().indexOf('\0') >= 0) {
                throw refuse("Environment variable " + name + " has a NUL character in its value.");
            }
            bytes += name.length() + variable.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MOST_BYTES) {
            throw refuse("The environment variables have " + bytes + " bytes; at most " + MOST_BYTES + " fit.");
        }
    }

    /** With the name of the runtime as it was given, if that is not Berth's own. */
    static Map<String, String> kept(Map<String, String> variables, String givenRuntime) {
        Map<String, String> all = new HashMap<>(variables);
        if (!givenRuntime.equals(RuntimeNames.berths(givenRuntime))) {
            all.put(GIVEN_RUNTIME, GIVEN_RUNTIME_PREFIX + givenRuntime);
        }
        return all;
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
