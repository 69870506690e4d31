package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** ListFunctions: functions in the order of their names, one row each or one for each of their versions. */
public final class FunctionLists {
    // The name of a function, then the version that was shown last, if versions are listed.
    private static final char BEFORE_VERSION = ':';

    private FunctionLists() {}

    /**
     * Where a page begins: behind a function, or behind one of its versions.
     *
     * @param function null for the first page
     * @param version empty: behind all of the function
     */
    public record After(String function, Optional<String> version) {

        /**
         * Reads what a marker held.
         *
         * @param marked null for the first page
         * @param all whether versions are listed
         */
        public static After of(String marked, boolean all) {
            int colon = marked == null || !all ? -1 : marked.indexOf(BEFORE_VERSION);
            return colon <= 0
                    ? new After(marked, Optional.empty())
                    : new After(marked.substring(0, colon), Optional.of(marked.substring(colon + 1)));
        }

        /**
         * The key that the wanted functions lie behind; null for all. A function that is in the middle of its versions is wanted
         * once more: behind the name cut by one character there is nothing between it and the function but what sorts before it.
         */
        public String key(String prefix) {
            if (function == null) {
                return null;
            }
            return version.isEmpty() ? prefix + function : prefix + function.substring(0, function.length() - 1);
        }
    }

    private record Row(FunctionSpec spec, FunctionVersion version) {}

    /**
     * Reads the parameter FunctionVersion.
     *
     * @throws dev.berth.gateway.core.ApiException if it has another value than ALL
     */
    public static boolean isAll(String functionVersion) {
        if (functionVersion == null || functionVersion.equals("ALL")) {
            return functionVersion != null;
        }
        throw ApiError.invalidParameter(
                        "FunctionVersion must be ALL, for each version of each function, or left out for $LATEST alone.")
                .exception();
    }

    /** The page of that many rows, with NextMarker if there is more. */
    public static ObjectNode page(Stream<FunctionSpec> behind, boolean all, After after, int items) {
        List<Row> found = behind.filter(
                        spec -> after.function() == null || spec.getName().compareTo(after.function()) >= 0)
                .flatMap(spec -> all ? versions(spec, after) : Stream.of(new Row(spec, spec.getLatest())))
                .limit(items + 1L)
                .toList();
        ObjectNode json = Json.object();
        var shown = json.putArray("Functions");
        found.stream()
                .limit(items)
                .forEach(row -> shown.add(FunctionShapes.configuration(
                        row.spec(),
                        row.version(),
                        all ? Optional.of(row.version().getVersion()) : Optional.empty())));
        if (found.size() > items) {
            Row last = found.get(items - 1);
            json.put(
                    "NextMarker",
                    Pages.marker(last.spec().getName()
                            + (all ? BEFORE_VERSION + last.version().getVersion() : "")));
        }
        return json;
    }

    private static Stream<Row> versions(FunctionSpec spec, After after) {
        List<FunctionVersion> versions = Stream.concat(Stream.of(spec.getLatest()), spec.getVersions().stream())
                .toList();
        int from = 0;
        if (spec.getName().equals(after.function()) && after.version().isPresent()) {
            // A version that was deleted meanwhile: those after it in number.
            for (FunctionVersion version : versions) {
                from += isUpTo(version.getVersion(), after.version().get()) ? 1 : 0;
            }
        }
        return versions.subList(from, versions.size()).stream().map(version -> new Row(spec, version));
    }

    private static boolean isUpTo(String version, String shown) {
        return version.equals(FunctionEdits.LATEST)
                || (!shown.equals(FunctionEdits.LATEST) && number(version) <= number(shown));
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException e) {
            throw ApiError.invalidParameter("The Marker is not one that this list gave.")
                    .exception();
        }
    }
}
