package dev.berth.telemetry.trace;

/**
 * Whether and where spans go.
 *
 * @param target an address that takes OTLP over HTTP (of a collector, {@code http://host:4318}); {@value #LOG}; empty for nowhere
 * @param share of the invocations that come without a trace for which one is begun, from 0 to 1
 */
public record TraceSettings(String target, double share) {
    /** Spans are log lines. */
    public static final String LOG = "log";

    /** No spans. What comes with an invocation is passed on all the same. */
    public static final TraceSettings OFF = new TraceSettings("", 0);

    public TraceSettings {
        if (share < 0 || share > 1) {
            throw new IllegalArgumentException("The share of traced invocations is from 0 to 1, not " + share);
        }
        if (!target.isEmpty() && !target.equals(LOG) && !target.matches("https?://[^/]+.*")) {
            throw new IllegalArgumentException("Spans go to an address such as http://127.0.0.1:4318, or to '" + LOG
                    + "', not to '" + target + "'");
        }
    }

    /** Whether there are spans. */
    public boolean isOn() {
        return !target.isEmpty();
    }

    /** The address with OTLP's path, unless it has one. */
    String endpoint() {
        return target.matches("https?://[^/]+/?") ? target.replaceAll("/$", "") + "/v1/traces" : target;
    }
}
