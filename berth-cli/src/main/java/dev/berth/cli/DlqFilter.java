package dev.berth.cli;

import java.time.Instant;
import picocli.CommandLine.Option;

/** Which dead letters. */
final class DlqFilter {
    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(names = "--reason", paramLabel = "WORD", description = "Buried for this reason only, such as not-avro.")
    private String reason;

    @Option(
            names = "--source-topic",
            paramLabel = "NAME",
            description = "Records of this topic only, such as berth.invocations.")
    private String sourceTopic;

    @Option(
            names = "--from",
            paramLabel = "TIME|10m",
            converter = TimeConverter.class,
            description = "Buried since: a time, or how long ago.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME|10m",
            converter = TimeConverter.class,
            description = "Buried until: a time, or how long ago.")
    private Instant to;

    String function() {
        return function;
    }

    String reason() {
        return reason;
    }

    String sourceTopic() {
        return sourceTopic;
    }

    String from() {
        return from == null ? null : Long.toString(from.toEpochMilli());
    }

    String to() {
        return to == null ? null : Long.toString(to.toEpochMilli());
    }
}
