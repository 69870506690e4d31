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
        String tenant,
        String name,
        Version latest,
        Map<String, Version> versions,
        Map<String, String> aliases,
        Rules rules) {
    /** The name of the version that is still being edited. */
    public static final String LATEST = "$LATEST";

    /**
     * One version.
     *
     * @param name $LATEST or a number
     * @param revision which deployment of it
     * @param memoryMb of each of its containers
     * @param exclusive whether a container serves one routing value for its whole life
     * @param concurrency how many invocations a container runs at a time
     */
    public record Version(String name, long revision, int memoryMb, boolean exclusive, int concurrency) {
        /** One whose containers run one invocation at a time. */
        public Version(String name, long revision, int memoryMb, boolean exclusive) {
            this(name, revision, memoryMb, exclusive, 1);
        }
    }

    /**
     * What holds for all its versions.
     *
     * @param concurrency how many invocations may run at a time; negative for no limit
     * @param ordered whether invocations of one key run one at a time, in the order of their arrival
     * @param keepOldUntilReady whether a key's old container serves until one of a new version is ready
     * @param maxRetries how often an asynchronous invocation that failed is run again
     * @param retryBackoffMs before the first retry; doubles each time
     * @param maxAgeMs an asynchronous invocation older than this is not run any more
     */
    public record Rules(
            int concurrency,
            boolean ordered,
            boolean keepOldUntilReady,
            int maxRetries,
            long retryBackoffMs,
            long maxAgeMs) {
        /** No limit, no order; retries as Lambda has them by default, sooner. */
        public static Rules defaults() {
            return new Rules(-1, false, false, 2, 1_000, 6 * 3_600_000L);
        }

        /** Whether its invocations must meet in one task, whatever their keys. */
        public boolean isLimited() {
            return concurrency >= 0;
        }
    }

    public FunctionView {
        versions = Map.copyOf(versions);
        aliases = Map.copyOf(aliases);
    }

    /** A function with nothing but $LATEST. */
    public static FunctionView latestOnly(String tenant, String name, long revision) {
        return latestOnly(tenant, name, new Version(LATEST, revision, 128, false), Rules.defaults());
    }

    /** A function with nothing but $LATEST. */
    public static FunctionView latestOnly(String tenant, String name, Version latest, Rules rules) {
        return new FunctionView(tenant, name, latest, Map.of(), Map.of(), rules);
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
