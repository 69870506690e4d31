package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How a function's published versions come and go: {@code (spec, request, now) -> spec}, or a refusal. */
public final class VersionEdits {
    private VersionEdits() {}

    /** PublishVersion's body; what was not given is null. */
    public record Publish(String codeSha256, String description, String revisionId) {
        /** One that asks for nothing in particular. */
        public static Publish plain() {
            return new Publish(null, null, null);
        }
    }

    /**
     * The function with $LATEST as its last version; the same function if $LATEST has not changed since its last one.
     *
     * <p>A version is a revision of its own: its containers know its number, and no $LATEST shares them.
     */
    public static FunctionSpec publish(FunctionSpec spec, Publish request, long nowMs) {
        FunctionEdits.requireRevision(spec, request.revisionId());
        FunctionVersion latest = spec.getLatest();
        String sha256 = FunctionShapes.base64OfHex(latest.getCode().getSha256());
        if (request.codeSha256() != null
                && !request.codeSha256().isEmpty()
                && !request.codeSha256().equals(sha256)) {
            throw ApiError.invalidParameter("CodeSHA256 (" + request.codeSha256()
                            + ") is different from current CodeSHA256 in $LATEST (" + sha256
                            + "). Please try again with the CodeSHA256 in $LATEST.")
                    .exception();
        }
        FunctionEdits.checkDescription(request.description());
        List<FunctionVersion> versions = new ArrayList<>(spec.getVersions());
        if (!versions.isEmpty() && isSame(versions.get(versions.size() - 1), latest)) {
            return spec;
        }
        int number = spec.getLastVersion() + 1;
        FunctionVersion.Builder version = FunctionVersion.newBuilder(latest)
                .setVersion(Integer.toString(number))
                .setRevision(nextRevision(spec, nowMs))
                .setModifiedMs(nowMs);
        if (request.description() != null) {
            version.setDescription(request.description());
        }
        versions.add(version.build());
        return FunctionSpec.newBuilder(spec)
                .setVersions(versions)
                .setLastVersion(number)
                .build();
    }

    /** The function without one of its versions. */
    public static FunctionSpec delete(FunctionSpec spec, FunctionName name) {
        String qualifier = name.qualifier().orElseThrow();
        if (qualifier.equals(FunctionEdits.LATEST)) {
            throw ApiError.invalidParameter("$LATEST version cannot be deleted without deleting the function.")
                    .exception();
        }
        if (spec.getAliases().containsKey(qualifier)) {
            throw ApiError.invalidParameter(
                            "'" + qualifier + "' is an alias of " + name.name() + "; DeleteAlias deletes that.")
                    .exception();
        }
        List<String> users = spec.getAliases().keySet().stream()
                .filter(alias -> uses(spec, alias, qualifier))
                .sorted()
                .toList();
        if (!users.isEmpty()) {
            throw ApiError.conflict("Version " + qualifier + " of " + name.name() + " is in use by the aliases " + users
                            + ". Point them at another version or delete them first.")
                    .exception();
        }
        List<FunctionVersion> left = spec.getVersions().stream()
                .filter(version -> !version.getVersion().equals(qualifier))
                .toList();
        if (left.size() == spec.getVersions().size()) {
            throw name.notFound().exception();
        }
        return FunctionSpec.newBuilder(spec).setVersions(left).build();
    }

    /** The version that was published last, or is $LATEST if none was. */
    public static FunctionVersion newest(FunctionSpec spec) {
        List<FunctionVersion> versions = spec.getVersions();
        return versions.isEmpty() ? spec.getLatest() : versions.get(versions.size() - 1);
    }

    /** Higher than that of every version of the function. */
    static long nextRevision(FunctionSpec spec, long nowMs) {
        return Stream.concat(Stream.of(spec.getLatest()), spec.getVersions().stream())
                .mapToLong(version -> version.getRevision() + 1)
                .reduce(nowMs, Math::max);
    }

    private static boolean uses(FunctionSpec spec, String alias, String version) {
        var details = spec.getAliasDetails().get(alias);
        return spec.getAliases().get(alias).equals(version)
                || (details != null && details.getWeights().containsKey(version));
    }

    /** Whether $LATEST would be the same version again; what it is called and when it was made does not count. */
    private static boolean isSame(FunctionVersion published, FunctionVersion latest) {
        return FunctionVersion.newBuilder(latest)
                .setVersion(published.getVersion())
                .setRevision(published.getRevision())
                .setModifiedMs(published.getModifiedMs())
                .setDescription(published.getDescription())
                .build()
                .equals(published);
    }
}
