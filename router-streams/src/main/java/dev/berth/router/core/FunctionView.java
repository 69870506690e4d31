package dev.berth.router.core;

import java.util.Map;
import java.util.Optional;

/**
 * What the router must know of a function.
 *
 * @param latest what $LATEST is
 * @param versions published versions by number
 * @param aliases alias to version number
 */
public record FunctionView(
        String tenant, String name, Version latest, Map<String, Version> versions, Map<String, String> aliases) {
    /** The name of the version that is still being edited. */
    public static final String LATEST = "$LATEST";

    /**
     * One version.
     *
     * @param name $LATEST or a number
     * @param revision which deployment of it
     */
    public record Version(String name, long revision) {}

    public FunctionView {
        versions = Map.copyOf(versions);
        aliases = Map.copyOf(aliases);
    }

    /** A function with nothing but $LATEST. */
    public static FunctionView latestOnly(String tenant, String name, long revision) {
        return new FunctionView(tenant, name, new Version(LATEST, revision), Map.of(), Map.of());
    }

    /** Key of the function's table. */
    public static String key(String tenant, String name) {
        return tenant + '/' + name;
    }

    String key() {
        return key(tenant, name);
    }

    /** The version that a qualifier names now, if any does. */
    Optional<Version> resolve(String qualifier) {
        if (qualifier == null || qualifier.equals(LATEST)) {
            return Optional.of(latest);
        }
        return Optional.ofNullable(versions.get(aliases.getOrDefault(qualifier, qualifier)));
    }
}
