package dev.berth.router.core;

import dev.berth.router.core.affinity.Shares;
import java.util.Map;
import java.util.Optional;

/**
 * What the router must know of a function.
 *
 * @param latest what $LATEST is
 * @param versions published versions by number
 * @param aliases alias to version number
 * @param splits alias to the further version that serves a part of its routing values
 */
public record FunctionView(
        String tenant,
        String name,
        Version latest,
        Map<String, Version> versions,
        Map<String, String> aliases,
        Map<String, Split> splits,
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
     * A part of an alias's routing values that a further version serves.
     *
     * @param version its number
     * @param share of the routing values, 0 to 1
     */
    public record Split(String version, double share) {}

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
        splits = Map.copyOf(splits);
    }

    /** One whose aliases each name one version. */
    public FunctionView(
            String tenant,
            String name,
            Version latest,
            Map<String, Version> versions,
            Map<String, String> aliases,
            Rules rules) {
        this(tenant, name, latest, versions, aliases, Map.of(), rules);
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

    /** The version that an invocation asks for now, if there is such. */
    Optional<Version> resolve(Request request) {
        String like = request.routingValue() == null ? request.id() : request.routingValue();
        return resolve(request.qualifier(), like);
    }

    /**
     * The version that a qualifier names now, if any does.
     *
     * @param like the routing value, or the invocation's id if there is none: equal ones get the same version of an alias as long
     *     as its weights stay
     */
    Optional<Version> resolve(String qualifier, String like) {
        if (qualifier == null) {
            return Optional.of(latest);
        }
        String number = aliases.getOrDefault(qualifier, qualifier);
        Split split = splits.get(qualifier);
        if (split != null && Shares.point(key() + ':' + qualifier + '/' + like) < split.share()) {
            number = split.version();
        }
        return number.equals(LATEST) ? Optional.of(latest) : Optional.ofNullable(versions.get(number));
    }
}
