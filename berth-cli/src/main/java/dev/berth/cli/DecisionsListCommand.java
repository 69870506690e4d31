package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.decisions.DecisionStream;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import dev.berth.schemas.Dispatch;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Prints the latest decisions, the latest last; with --json one line each.")
final class DecisionsListCommand implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private StretchOptions stretch;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if (limit < 1 || limit > MOST) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 to " + MOST + ", not " + limit);
        }
        List<Dispatch> latest = latest(stretch.stretch(spec));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            latest.forEach(dispatch -> out.println(Json.line(json(dispatch))));
            return 0;
        }
        Table table =
                new Table("at", "invocation", "attempt", "function", "key", "reason", "instance", "container", "marks");
        for (Dispatch dispatch : latest) {
            table.row(
                    Instant.ofEpochMilli(dispatch.getRoutedUs() / 1_000),
                    dispatch.getInvocation().getId(),
                    dispatch.getAttempt(),
                    dispatch.getInvocation().getFunction(),
                    dispatch.getInvocation().getRoutingValue(),
                    dispatch.getDecision().getReason(),
                    dispatch.getInstanceId(),
                    dispatch.getContainerId(),
                    String.join(", ", marks(dispatch)));
        }
        tables.print(table, out);
        return 0;
    }

    /** The log comes partition by partition, not in the order of time. */
    private List<Dispatch> latest(DecisionStream.Stretch wanted) {
        Comparator<Dispatch> byTime =
                Comparator.comparingLong(Dispatch::getRoutedUs).thenComparingInt(Dispatch::getAttempt);
        PriorityQueue<Dispatch> latest = new PriorityQueue<>(byTime);
        try (DecisionStream decisions = DecisionStream.open(options.gateway(), wanted)) {
            for (Optional<Dispatch> next = decisions.next(); next.isPresent(); next = decisions.next()) {
                latest.add(next.get());
                if (latest.size() > limit) {
                    latest.poll();
                }
            }
        }
        return latest.stream().sorted(byTime).toList();
    }

    private static List<String> marks(Dispatch dispatch) {
        List<String> marks = new ArrayList<>();
        if (dispatch.getSpilled()) {
            marks.add("spilled");
        }
        if (dispatch.getReplaced()) {
            marks.add("replaced");
        }
        if (dispatch.getSuccessor() != null) {
            marks.add("old version");
        }
        return marks;
    }

    private static ObjectNode json(Dispatch dispatch) {
        ObjectNode json = Json.object()
                .put("routedUs", dispatch.getRoutedUs())
                .put("id", dispatch.getInvocation().getId())
                .put("attempt", dispatch.getAttempt())
                .put("tenant", dispatch.getInvocation().getTenant())
                .put("function", dispatch.getInvocation().getFunction())
                .put("key", dispatch.getInvocation().getRoutingValue())
                .put("reason", dispatch.getDecision().getReason())
                .put("instance", dispatch.getInstanceId())
                .put("container", dispatch.getContainerId());
        marks(dispatch).forEach(json.putArray("marks")::add);
        return json;
    }
}
