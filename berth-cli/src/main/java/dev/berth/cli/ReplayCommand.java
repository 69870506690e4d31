package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Runs past invocations, or records of an event topic, again: the range is fixed now, so that it never",
            "meets its own. Its progress is on stderr; Ctrl-C leaves it running, unless --stop-on-interrupt.",
            "Exit code 1 if it does not come to its end, or with --compare if any result differs."
        },
        subcommands = {
            ReplayListCommand.class,
            ReplayShowCommand.class,
            ReplayStopCommand.class,
            ReplayResumeCommand.class,
            ReplayDeleteCommand.class
        })
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--topic", paramLabel = "NAME", description = "Of this event topic. Default: past invocations")
    private String topic;

    @Option(
            names = "--from",
            paramLabel = "TIME|-15m|offset:N",
            converter = PointConverter.class,
            description = "From when on: a time, how long ago, or an offset of each partition. Must be given.")
    private PointConverter.Point from;

    @Option(
            names = "--to",
            paramLabel = "TIME|-15m|offset:N",
            converter = PointConverter.class,
            description = "Until when, not included. Default: now")
    private PointConverter.Point to;

    @Option(names = "--partition", paramLabel = "N", description = "Of this partition only.")
    private Integer partition;

    @Option(
            names = "--function",
            paramLabel = "NAME",
            description = "Invocations of this function only. Default: that of --into, or all")
    private String function;

    @Option(
            names = "--key",
            paramLabel = "VALUE",
            description = "Of this routing value only; of an event topic, of this record key.")
    private String key;

    @Option(
            names = "--outcome",
            paramLabel = "WHICH",
            description = "Invocations that succeeded or failed only. Default: any")
    private String outcome;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How often one that fails is run again; -1 for what its function says. Default: 0")
    private Integer retries;

    @Option(
            names = "--compare",
            description = "Say how each result differs from its original's: equal, changed, newly failing or passing.")
    private boolean compare;

    @Option(
            names = "--differences",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many differences --compare shows. Default: ${DEFAULT-VALUE}")
    private int differences;

    @Mixin
    private ReplayWorkOptions work;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if (from == null) {
            throw new ParameterException(
                    spec.commandLine(), "say from when: --from -1h, --from 2026-01-31T12:00:00Z or --from offset:0");
        }
        ReplayWatch watch = new ReplayWatch(options, work, spec);
        JsonNode replay = watch.run("/replays", request());
        if (!watch.isFollowed()) {
            return 0;
        }
        if (!compare) {
            ReplayWatch.print(replay, options, spec);
            ReplayWatch.requireDone(replay);
            return 0;
        }
        ReplayWatch.requireDone(replay);
        return ReplayShowCommand.compared(replay, differences, options, tables, spec) > 0 ? Main.FAILED : 0;
    }

    private ObjectNode request() {
        ObjectNode request = Json.object().put("source", topic == null ? "invocations" : "topic");
        put(request, "topic", topic);
        put(request, "function", function);
        put(request, "key", key);
        put(request, "outcome", outcome);
        point(request, "from", from);
        if (to != null) {
            point(request, "to", to);
        }
        if (partition != null) {
            request.put("partition", partition);
        }
        if (retries != null) {
            request.put("maxRetries", retries);
        }
        return request;
    }

    private static void point(ObjectNode request, String name, PointConverter.Point point) {
        if (point.offset() == null) {
            request.put(name, point.time().toEpochMilli());
        } else {
            request.put(name + "Offset", point.offset());
        }
    }

    static void put(ObjectNode request, String name, String value) {
        if (value != null) {
            request.put(name, value);
        }
    }
}
