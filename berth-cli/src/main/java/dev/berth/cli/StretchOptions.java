package dev.berth.cli;

import dev.berth.cli.decisions.DecisionStream.Stretch;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which part of the decision log. */
final class StretchOptions {
    private static final Duration STANDARD = Duration.ofHours(1);

    @Option(
            names = "--from",
            paramLabel = "TIME|-15m",
            converter = TimeConverter.class,
            description = "From when on: a time, or how long ago. Default: -1h")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME|-15m",
            converter = TimeConverter.class,
            description = "Until when. Default: now")
    private Instant to;

    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(names = "--key", paramLabel = "VALUE", description = "Of this key only; needs --function.")
    private String key;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant. Default: default")
    private String tenant;

    /** As given, or as it is by default. */
    Stretch stretch(CommandSpec spec) {
        if (key != null && function == null) {
            throw new ParameterException(spec.commandLine(), "--key needs --function: a key belongs to a function");
        }
        Instant until = to == null ? Instant.now() : to;
        Instant since = from == null ? until.minus(STANDARD) : from;
        if (!since.isBefore(until)) {
            throw new ParameterException(spec.commandLine(), "--from must be before --to");
        }
        return new Stretch(since, until, tenant, function, key);
    }
}
