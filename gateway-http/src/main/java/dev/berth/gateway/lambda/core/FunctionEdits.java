package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.ImageRef;
import dev.berth.schemas.RoutingKey;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a function changes: {@code (spec, request, now) -> spec}, or a refusal.
 *
 * <p>A revision is the time of its change in milliseconds, and higher than the one before. A count would begin again when a
 * function is deleted and made anew, and containers of the dead function would pass for the new one's.
 */
public final class FunctionEdits {
    static final String LATEST = "$LATEST";

    private static final int DEFAULT_MEMORY_MB = 128;
    private static final int DEFAULT_TIMEOUT_S = 3;
    private static final int MIN_MEMORY_MB = 32;
    private static final int MAX_MEMORY_MB = 10_240;
    private static final int MAX_TIMEOUT_S = 900;
    private static final int MAX_DESCRIPTION_CHARS = 256;
    private static final Pattern HANDLER = Pattern.compile("[^\\s]{1,128}");

    private FunctionEdits() {}

    /** Refuses a CreateFunction whose fields cannot be, before its code is looked at. */
    public static void check(FunctionRequests.Create request) {
        if (!RoutingKey.isValidName(request.functionName())) {
            throw refuse("FunctionName must be 1 to 64 letters, digits, hyphens or underscores.");
        }
        FunctionLayers.refuseNames(request.layers());
        if (request.code() == null) {
            throw refuse("Code is missing. Give Code.ZipFile: a zip in base64.");
        }
        if (FunctionImages.isImage(request)) {
            FunctionImages.check(request);
        } else {
            checkZip(request);
        }
        FunctionMounts.check(request.mounts());
        checkFields(
                request.handler(),
                request.memorySize(),
                request.timeout(),
                request.environment(),
                request.description());
        request.settings().check();
        TagEdits.check(request.functionName(), request.tags());
    }

    private static void checkZip(FunctionRequests.Create request) {
        FunctionRequests.Code code = request.code();
        refuseOtherPlaces(code.s3Bucket(), code.imageUri());
        requireZip(code.zipFile());
        FunctionLayers.check(code.layerFiles());
        if (request.imageConfig() != null) {
            throw refuse("ImageConfig goes with PackageType Image only.");
        }
        String runtime = RuntimeNames.berths(request.runtime());
        if (request.handler() == null && !runtime.equals(RuntimeNames.PROVIDED)) {
            throw refuse("Handler is missing: runtime " + runtime + " needs one, such as app.handler.");
        }
    }

    /** Refuses an UpdateFunctionCode whose fields cannot be, or not for this function. */
    public static void check(FunctionSpec spec, FunctionRequests.UpdateCode request) {
        if (FunctionImages.isImage(spec.getLatest())) {
            if (request.zipFile() != null || request.s3Bucket() != null || request.layerFiles() != null) {
                throw refuse(spec.getName() + " has PackageType Image, which cannot be changed: give ImageUri only, or"
                        + " delete the function and deploy it anew.");
            }
            FunctionImages.check(request.imageUri());
            return;
        }
        if (request.imageUri() != null) {
            throw refuse(spec.getName() + " has PackageType Zip, which cannot be changed: give ZipFile, or delete the"
                    + " function and deploy it anew.");
        }
        refuseOtherPlaces(request.s3Bucket(), null);
        if (request.layerFiles() == null || request.zipFile() != null) {
            requireZip(request.zipFile());
        }
        FunctionLayers.check(request.layerFiles());
    }

    /**
     * A new function. The request was checked.
     *
     * @param code where the zip that the request holds, if any, lies now
     * @param layers the same of its layers
     */
    public static FunctionSpec create(
            String tenant, FunctionRequests.Create request, CodeRef code, List<CodeRef> layers, long nowMs) {
        boolean image = FunctionImages.isImage(request);
        FunctionVersion latest = FunctionVersion.newBuilder()
                .setVersion(LATEST)
                .setRevision(nowMs)
                .setRuntime(image ? FunctionImages.RUNTIME : RuntimeNames.berths(request.runtime()))
                .setHandler(image ? "" : request.handler() == null ? "bootstrap" : request.handler())
                .setCode(image ? FunctionImages.NO_CODE : code)
                .setImage(image ? FunctionImages.ref(request.code().imageUri(), request.imageConfig()) : null)
                .setLayers(layers)
                .setMounts(FunctionMounts.of(request.mounts()))
                .setMemoryMb(request.memorySize() == null ? DEFAULT_MEMORY_MB : request.memorySize())
                .setTimeoutMs((request.timeout() == null ? DEFAULT_TIMEOUT_S : request.timeout()) * 1000)
                .setEnvironment(environment(
                        EnvironmentVariables.of(request.environment()),
                        image ? FunctionImages.RUNTIME : request.runtime()))
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
                        .setTags(request.tags() == null ? Map.of() : request.tags())
                        .build());
    }

    /** The function with another package, or other layers, or both; what is null stays. */
    public static FunctionSpec withCode(FunctionSpec spec, CodeRef code, List<CodeRef> layers, long nowMs) {
        FunctionVersion latest = revised(spec, nowMs);
        if (code != null) {
            latest.setCode(code);
        }
        if (layers != null) {
            latest.setLayers(layers);
        }
        return with(spec, latest);
    }

    /** The function with another image; what that runs stays as it was said. */
    public static FunctionSpec withImage(FunctionSpec spec, String uri, long nowMs) {
        FunctionVersion latest = revised(spec, nowMs);
        latest.setImage(ImageRef.newBuilder(latest.getImage()).setUri(uri).build());
        return with(spec, latest);
    }

    /**
     * The function with another configuration; what the request does not name stays. A request that names only settings of the
     * router's makes no new revision.
     */
    public static FunctionSpec withConfiguration(
            FunctionSpec spec, FunctionRequests.UpdateConfiguration request, long nowMs) {
        FunctionLayers.refuseNames(request.layers());
        FunctionMounts.check(request.mounts());
        boolean image = FunctionImages.isImage(spec.getLatest());
        if (image) {
            FunctionImages.refuseRuntimeAndHandler(request.runtime(), request.handler());
            FunctionImages.check(request.imageConfig());
        } else if (request.imageConfig() != null) {
            throw refuse(spec.getName() + " has PackageType Zip; ImageConfig goes with Image only.");
        }
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
                : EnvironmentVariables.of(request.environment());
        latest.setEnvironment(environment(variables, given));
        if (!image) {
            latest.setRuntime(RuntimeNames.berths(given));
        } else if (request.imageConfig() != null) {
            latest.setImage(FunctionImages.ref(latest.getImage().getUri(), request.imageConfig()));
        }
        if (request.mounts() != null) {
            latest.setMounts(FunctionMounts.of(request.mounts()));
        }
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
                .setRevision(VersionEdits.nextRevision(spec, nowMs))
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
        checkDescription(text);
        EnvironmentVariables.check(environment);
    }

    private static Map<String, String> environment(Map<String, String> variables, String givenRuntime) {
        return givenRuntime.equals(FunctionImages.RUNTIME)
                ? variables
                : EnvironmentVariables.kept(variables, givenRuntime);
    }

    private static void refuseOtherPlaces(String bucket, String image) {
        if (bucket != null) {
            throw refuse("Code from S3 is not supported. Give ZipFile: a zip in base64.");
        }
        if (image != null) {
            throw refuse("ImageUri goes with PackageType Image only.");
        }
    }

    private static void requireZip(byte[] zip) {
        if (zip == null || zip.length == 0) {
            throw refuse("ZipFile is missing. Give the code as a zip in base64.");
        }
    }

    static void checkDescription(String text) {
        if (text != null && text.length() > MAX_DESCRIPTION_CHARS) {
            throw refuse("Description must be at most " + MAX_DESCRIPTION_CHARS + " characters.");
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
