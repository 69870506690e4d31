package dev.berth.cli.local;

import dev.berth.cli.config.LogFormat;
import dev.berth.telemetry.trace.TraceSettings;

/** How a local Berth is to be watched: where spans go, and how its log looks. */
public record Watch(TraceSettings traces, LogFormat logs) {
    /** No spans, and a log for people. */
    public static final Watch USUAL = new Watch(TraceSettings.OFF, LogFormat.TEXT);
}
