package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * All that was sent to be unzipped for a function.
 *
 * @param code its package; null if none was sent
 * @param layers null if they are not to be changed
 */
record Packages(CodePackage code, List<CodePackage> layers) {
    /**
     * Checks each, and all together against the limit of what one function may have unzipped. The executor checks that again,
     * with what the function had before, if only one of the two was sent.
     *
     * @throws ApiException if one is not a zip that can be unpacked without harm, or they are too large
     */
    static Packages check(byte[] zip, List<byte[]> layerFiles) {
        CodePackage code = zip == null ? null : CodePackage.check(zip, "uploaded file");
        long unzipped = code == null ? 0 : code.unzippedBytes();
        List<CodePackage> layers = null;
        if (layerFiles != null) {
            layers = new ArrayList<>();
            for (byte[] file : layerFiles) {
                CodePackage layer = CodePackage.check(file, "layer " + (layers.size() + 1));
                unzipped += layer.unzippedBytes();
                layers.add(layer);
            }
        }
        if (unzipped > Limits.CODE_UNZIPPED_BYTES) {
            throw ApiError.invalidParameter("Function code combined with layers has " + unzipped
                            + " bytes unzipped; at most " + Limits.CODE_UNZIPPED_BYTES + " are allowed.")
                    .exception();
        }
        return new Packages(code, layers);
    }
}
