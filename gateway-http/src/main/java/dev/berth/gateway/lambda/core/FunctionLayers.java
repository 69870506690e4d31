package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.CodeRef;
import java.util.List;

/** A function's layers: further zips, sent with its code. */
final class FunctionLayers {
    /** As in Lambda. */
    private static final int MOST = 5;

    private FunctionLayers() {}

    /** Refuses Lambda's own way, by the names of layers that were published. */
    static void refuseNames(JsonNode layers) {
        if (layers != null && layers.isArray() && !layers.isEmpty()) {
            throw refuse("Layers by their ARNs are not supported: Berth publishes none. Give the layers' zips in"
                    + " Code.LayerFiles, or deploy with --layer.");
        }
    }

    static void check(List<byte[]> files) {
        if (files == null) {
            return;
        }
        if (files.size() > MOST) {
            throw refuse("There are " + files.size() + " LayerFiles; at most " + MOST + " are allowed.");
        }
        if (files.stream().anyMatch(file -> file == null || file.length == 0)) {
            throw refuse("One of the LayerFiles is empty. Each is a zip in base64.");
        }
    }

    static void show(List<CodeRef> layers, ObjectNode json) {
        if (!layers.isEmpty()) {
            var shown = json.putArray("Layers");
            layers.forEach(layer -> shown.addObject()
                    .put("Arn", FunctionName.layerArn(layer.getSha256()))
                    .put("CodeSize", layer.getSizeBytes()));
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
