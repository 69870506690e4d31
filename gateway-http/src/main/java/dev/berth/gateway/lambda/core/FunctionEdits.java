package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.RoutingKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a function changes: {@code (spec, request, now) -> spec}, or a refusal.
 *
 * <p>A revision is the time of its change in milliseconds, and higher than the one before. A count would begin again when a
 * function is deleted and made anew, and containers of the dead function would pass for the new one's.
 */
public final class FunctionEdits {
    /** Lambda's variable for the runtime's own name; Berth keeps there the name that the function was given. */
    static final String GIVEN_RUNTIME_VARIABLE = "AWS_EXECUTION_ENV";

    static final String GIVEN_RUNTIME_PREFIX = "AWS_Lambda_";
    static final String LATEST = "$LATEST";

    private static final int DEFAULT_MEMORY_MB = 128;
    private static final int DEFAULT_TIMEOUT_S = 3;
    private static final int MIN_MEMORY_MB = 32;
    private static final int MAX_MEMORY_MB = 10_240;
    private static final int MAX_TIMEOUT_S = 900;
    private static final int MAX_DESCRIPTION_CHARS = 256;
    private static final int MAX_ENVIRONMENT_BYTES = 4096;
    private static final Pattern HANDLER = Pattern.compile("[^\\s]{1,128}");
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
    private static final Set<String> RESERVED = Set.of(
            "_HANDLER",
            GIVEN_RUNTIME_VARIABLE,
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_RUNTIME_API",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    private FunctionEdits() {}

    /** Refuses a CreateFunction whose fields cannot be, before its code is looked at. */
    public static void check(FunctionRequests.Create request) {
        if (!RoutingKey.isValidName(request.functionName())) {
            throw refuse("FunctionName must be 1 to 64 letters, digits, hyphens or underscores.");
        }
        if ("Image".equals(request.packageType())) {
            throw refuse("PackageType Image is not supported. Give Code.ZipFile.");
        }
        refusePublish(request.publish());
        refuseLayers(request.layers());
        if (request.code() == null) {
            throw refuse("Code is missing. Give Code.ZipFile: a zip in base64.");
        }
        requireZip(
                request.code().zipFile(),
                request.code().s3Bucket(),
                request.code().imageUri());
        String runtime = RuntimeNames.berths(request.runtime());
        if (request.handler() == null && !runtime.equals(RuntimeNames.PROVIDED)) {
            throw refuse("Handler is missing: runtime " + runtime + " needs one, such as app.handler.");
        }
        checkFields(
                request.handler(),
                request.memorySize(),
                request.timeout(),
                request.environment(),
                request.description());
        request.settings().check();
    }

    /** Refuses an UpdateFunctionCode whose fields cannot be. */
    public static void check(FunctionRequests.UpdateCode request) {
        refusePublish(request.publish());
        requireZip(request.zipFile(), request.s3Bucket(), request.imageUri());
    }

    /** A new function. The request was checked. */
    public static FunctionSpec create(String tenant, FunctionRequests.Create request, CodeRef code, long nowMs) {
        FunctionVersion latest = FunctionVersion.newBuilder()
                .setVersion(LATEST)
                .setRevision(nowMs)
                .setRuntime(RuntimeNames.berths(request.runtime()))
                .setHandler(request.handler() == null ? "bootstrap" : request.handler())
                .setCode(code)
                .setMemoryMb(request.memorySize() == null ? DEFAULT_MEMORY_MB : request.memorySize())
                .setTimeoutMs((request.timeout() == null ? DEFAULT_TIMEOUT_S : request.timeout()) * 1000)
                .setEnvironment(environment(variables(request.environment()), request.runtime()))
                .setExclusive(Boolean.TRUE.equals(request.exclusive()))
                .setNetwork(Boolean.TRUE.equals(request.network()))
                .setDescription(request.description() == null ? "" : request.description())
                .setModifiedMs(nowMs)
                .build();
        return request.settings()
                .on(FunctionSpec.newBuilder()
                        .setTenant(tenant)
                        .setName(request.functionName())
                        .setLatest(latest)
                        .setVersions(List.of())
                        .setAliases(Map.of())
                        .build());
    }

    /** The function with other code. */
    public static FunctionSpec withCode(FunctionSpec spec, CodeRef code, long nowMs) {
        FunctionVersion latest = revised(spec, nowMs);
        latest.setCode(code);
        return with(spec, latest);
    }

    /**
     * The function with another configuration; what the request does not name stays. A request that names only settings of the
     * router's makes no new revision.
     */
    public static FunctionSpec withConfiguration(
            FunctionSpec spec, FunctionRequests.UpdateConfiguration request, long nowMs) {
        refuseLayers(request.layers());
        checkFields(
                request.handler(),
                request.memorySize(),
                request.timeout(),
                request.environment(),
                request.description());
        if (!request.changesContainers()) {
            return request.settings().on(spec);
        }
        FunctionVersion latest = revised(spec, nowMs);
        String given = request.runtime() == null ? FunctionShapes.givenRuntime(latest) : request.runtime();
        Map<String, String> variables = request.environment() == null
                ? FunctionShapes.visibleEnvironment(latest)
                : variables(request.environment());
        latest.setRuntime(RuntimeNames.berths(given));
        latest.setEnvironment(environment(variables, given));
        if (request.handler() != null) {
            latest.setHandler(request.handler());
        }
        if (request.memorySize() != null) {
            latest.setMemoryMb(request.memorySize());
        }
        if (request.timeout() != null) {
            latest.setTimeoutMs(request.timeout() * 1000);
        }
        if (request.description() != null) {
            latest.setDescription(request.description());
        }
        if (request.exclusive() != null) {
            latest.setExclusive(request.exclusive());
        }
        if (request.network() != null) {
            latest.setNetwork(request.network());
        }
        return request.settings().on(with(spec, latest));
    }

    /** Refuses a change of a revision that is not the latest any more. */
    public static void requireRevision(FunctionSpec spec, String revisionId) {
        if (revisionId != null && !revisionId.equals(FunctionShapes.revisionId(spec.getLatest()))) {
            throw ApiError.preconditionFailed("The RevisionId provided does not match the latest RevisionId of "
                            + spec.getName() + ". Call GetFunction to retrieve the latest one, then decide again.")
                    .exception();
        }
    }

    private static FunctionVersion revised(FunctionSpec spec, long nowMs) {
        return FunctionVersion.newBuilder(spec.getLatest())
                .setRevision(Math.max(nowMs, spec.getLatest().getRevision() + 1))
                .setModifiedMs(nowMs)
                .build();
    }

    private static FunctionSpec with(FunctionSpec spec, FunctionVersion latest) {
        return FunctionSpec.newBuilder(spec).setLatest(latest).build();
    }

    private static void checkFields(
            String handler, Integer memoryMb, Integer timeoutS, FunctionRequests.Environment environment, String text) {
        if (handler != null && !HANDLER.matcher(handler).matches()) {
            throw refuse("Handler must be 1 to 128 characters without white space.");
        }
        if (memoryMb != null && (memoryMb < MIN_MEMORY_MB || memoryMb > MAX_MEMORY_MB)) {
            throw refuse("MemorySize is " + memoryMb + " MB; it must be from " + MIN_MEMORY_MB + " to " + MAX_MEMORY_MB
                    + ".");
        }
        if (timeoutS != null && (timeoutS < 1 || timeoutS > MAX_TIMEOUT_S)) {
            throw refuse("Timeout is " + timeoutS + " s; it must be from 1 to " + MAX_TIMEOUT_S + ".");
        }
        if (text != null && text.length() > MAX_DESCRIPTION_CHARS) {
            throw refuse("Description must be at most " + MAX_DESCRIPTION_CHARS + " characters.");
        }
        int bytes = 0;
        for (var variable : variables(environment).entrySet()) {
            String name = variable.getKey();
            if (!VARIABLE.matcher(name).matches() || variable.getValue() == null) {
                throw refuse("Environment variable '" + name
                        + "' is not valid: a name begins with a letter and goes on with letters, digits and underscores,"
                        + " and its value is a string.");
            }
            if (RESERVED.contains(name)) {
                throw refuse("Environment variable " + name + " is reserved: the runtime sets it. Use another name.");
            }
            if (variable.getValue().indexOf('\0') >= 0) {
                throw refuse("Environment variable " + name + " has a NUL character in its value.");
            }
            bytes += name.length() + variable.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_ENVIRONMENT_BYTES) {
            throw refuse(
                    "The environment variables have " + bytes + " bytes; at most " + MAX_ENVIRONMENT_BYTES + " fit.");
        }
    }

    private static Map<String, String> variables(FunctionRequests.Environment environment) {
        return environment == null || environment.variables() == null ? Map.of() : environment.variables();
    }

    private static Map<String, String> environment(Map<String, String> variables, String givenRuntime) {
        Map<String, String> all = new HashMap<>(variables);
        if (!givenRuntime.equals(RuntimeNames.berths(givenRuntime))) {
            all.put(GIVEN_RUNTIME_VARIABLE, GIVEN_RUNTIME_PREFIX + givenRuntime);
        }
        return all;
    }

    private static void requireZip(byte[] zip, String bucket, String image) {
        if (bucket != null || image != null) {
            throw refuse("Code from S3 or from an image is not supported. Give ZipFile: a zip in base64.");
        }
        if (zip == null || zip.length == 0) {
            throw refuse("ZipFile is missing. Give the code as a zip in base64.");
        }
    }

    private static void refusePublish(Boolean publish) {
        if (Boolean.TRUE.equals(publish)) {
            throw refuse("Publish true is not supported: Berth keeps $LATEST only. Leave Publish out.");
        }
    }

    private static void refuseLayers(JsonNode layers) {
        if (layers != null && layers.isArray() && !layers.isEmpty()) {
            throw refuse("Layers are not supported. Put their files into the zip.");
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
