package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.ImageRef;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Functions of package type Image: made from an image that the instances have, or can pull. */
final class FunctionImages {
    /** Berth's name of the runtime. */
    static final String RUNTIME = "image";

    static final String PACKAGE_TYPE = "Image";
    private static final String ZIP = "Zip";
    /** What the record of a function needs and an image does not have. */
    static final CodeRef NO_CODE = CodeRef.newBuilder()
            .setSha256("")
            .setSizeBytes(0)
            .setChunks(0)
            .setFirstOffset(0)
            .build();

    private static final int MOST_WORDS = 1_500;
    private static final int MOST_CHARS = 1_000;
    // Loosely: [registry[:port]/]path[:tag][@digest]. The engine knows better, and says so when the container is
    // started.
    private static final Pattern URI = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,450}(@sha256:[0-9a-f]{64})?");

    private FunctionImages() {}

    static boolean isImage(FunctionVersion version) {
        return version.getImage() != null;
    }

    /** Whether a new function is to be one. */
    static boolean isImage(FunctionRequests.Create request) {
        String type = request.packageType() == null ? ZIP : request.packageType();
        if (!type.equals(ZIP) && !type.equals(PACKAGE_TYPE)) {
            throw refuse("PackageType is '" + type + "'; it must be Zip or Image.");
        }
        return type.equals(PACKAGE_TYPE);
    }

    /** Refuses what an image does not have. */
    static void check(FunctionRequests.Create request) {
        refuseRuntimeAndHandler(request.runtime(), request.handler());
        FunctionRequests.Code code = request.code();
        if (code.zipFile() != null || code.s3Bucket() != null || code.layerFiles() != null) {
            throw refuse("PackageType is Image; give Code.ImageUri and no zip and no layers.");
        }
        check(code.imageUri());
        check(request.imageConfig());
    }

    static void refuseRuntimeAndHandler(String runtime, String handler) {
        if (runtime != null || handler != null) {
            throw refuse("Please don't provide Handler or Runtime when the function's PackageType is Image:"
                    + " the image's entry point is what runs. ImageConfig changes that.");
        }
    }

    static void check(String uri) {
        if (uri == null) {
            throw refuse("Code.ImageUri is missing: the image's name, such as team/function:1.");
        }
        if (!URI.matcher(uri).matches()) {
            throw refuse("ImageUri is not an image's name. Give name, name:tag or name@sha256:digest.");
        }
    }

    static void check(FunctionRequests.ImageConfig config) {
        if (config == null) {
            return;
        }
        for (List<String> words : List.of(words(config.entryPoint()), words(config.command()))) {
            if (words.size() > MOST_WORDS
                    || words.stream()
                            .anyMatch(word -> word == null || word.length() > MOST_CHARS || word.indexOf('\0') >= 0)) {
                throw refuse("ImageConfig.EntryPoint and Command are lists of at most " + MOST_WORDS
                        + " strings of at most " + MOST_CHARS + " characters.");
            }
        }
        String directory = config.workingDirectory();
        if (directory != null
                && !directory.isEmpty()
                && (!directory.startsWith("/") || directory.length() > MOST_CHARS || directory.indexOf('\0') >= 0)) {
            throw refuse(
                    "ImageConfig.WorkingDirectory must be an absolute path of at most " + MOST_CHARS + " characters.");
        }
    }

    /** An image with what a request says of how to run it; null leaves that to the image. */
    static ImageRef ref(String uri, FunctionRequests.ImageConfig config) {
        return new ImageRef(
                uri,
                config == null ? List.of() : words(config.entryPoint()),
                config == null ? List.of() : words(config.command()),
                config == null ? "" : Objects.requireNonNullElse(config.workingDirectory(), ""));
    }

    /** Adds what a function of this type shows in the place of runtime and handler. */
    static void show(ImageRef image, ObjectNode json) {
        json.put("PackageType", PACKAGE_TYPE);
        ObjectNode config = json.putObject("ImageConfigResponse").putObject("ImageConfig");
        Map.of("EntryPoint", image.getEntryPoint(), "Command", image.getCommand())
                .forEach((name, words) -> words.forEach(config.withArray(name)::add));
        if (!image.getWorkingDirectory().isEmpty()) {
            config.put("WorkingDirectory", image.getWorkingDirectory());
        }
    }

    private static List<String> words(List<String> given) {
        return given == null ? List.of() : given;
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
