package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.decisions.Chains;
import dev.berth.cli.decisions.DecisionStream;
import dev.berth.cli.decisions.Verification;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LiveLines;
import dev.berth.cli.text.Table;
import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.schemas.Dispatch;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the decision log through the router's rule once more.",
            "Exit code 1 if the rule would decide anything otherwise, or the log does not hang together."
        })
final class DecisionsVerifyCommand implements Callable<Integer> {
    /** Nobody looks at progress of what is over by then. */
    private static final long QUIET_MS = 1_000;

    private static final int ROWS = 50;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StretchOptions stretch;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        DecisionStream.Stretch wanted = stretch.stretch(spec);
        Verification verification =
                new Verification(RuleSettings.defaults(), wanted.from().toEpochMilli());
        try (DecisionStream decisions = DecisionStream.open(options.gateway(), wanted)) {
            run(decisions, verification);
        }
        List<Chains.Fault> faults = verification.faults();
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            ObjectNode json = Json.object()
                    .put("fromMs", wanted.from().toEpochMilli())
                    .put("toMs", wanted.to().toEpochMilli());
            out.println(Json.line(json.setAll(verification.json())));
        } else {
            print(verification, faults, wanted, out);
        }
        if (verification.differing() > 0 || !faults.isEmpty()) {
            throw new Failure("The log does not verify: " + Figures.count(verification.differing())
                    + " decisions differ, and " + Figures.count(faults.size())
                    + " faults were found. Was the rule changed since? See berth explain ID for each.");
        }
        return 0;
    }

    private void run(DecisionStream decisions, Verification verification) {
        LiveLines progress = Terminal.progress(spec.commandLine().getErr());
        long startMs = nowMs();
        for (Optional<Dispatch> next = decisions.next(); next.isPresent(); next = decisions.next()) {
            verification.add(next.get());
            long nowMs = nowMs();
            if (nowMs - startMs > QUIET_MS && progress.isDue(nowMs)) {
                progress.show(
                        List.of("berth: verified " + Figures.count(verification.decisions()) + " of at most "
                                + Figures.count(decisions.most()) + ", " + Figures.count(verification.differing())
                                + " differ"),
                        nowMs);
            }
        }
    }

    private void print(
            Verification verification, List<Chains.Fault> faults, DecisionStream.Stretch wanted, PrintWriter out) {
        out.println(Figures.count(verification.decisions()) + " decisions from "
                + wanted.from().truncatedTo(ChronoUnit.SECONDS) + " to "
                + wanted.to().truncatedTo(ChronoUnit.SECONDS));
        out.println(Figures.count(verification.same()) + " the rule decides the same");
        verification
                .notByRule()
                .forEach((reason, count) -> out.println(Figures.count(count) + " not by the rule (" + reason + ")"));
        out.println(Figures.count(verification.differing()) + " differ");
        if (verification.notFollowed() > 0) {
            out.println("The order of attempts was not followed for the last "
                    + Figures.count(verification.notFollowed()) + ": too many invocations. Verify shorter stretches.");
        }
        if (verification.differing() > 0) {
            Table table = new Table("invocation", "attempt", "at", "the log says", "the rule says now");
            verification.differences().stream()
                    .limit(ROWS)
                    .forEach(each -> table.row(
                            each.id(),
                            each.attempt(),
                            at(each.routedUs()),
                            each.compared().reason() + " at " + each.compared().instanceId(),
                            each.compared().reasonNow() + " at "
                                    + each.compared().instanceNow()));
            tables.print(table, out);
        }
        if (!faults.isEmpty()) {
            Table table = new Table("invocation", "at", "fault");
            faults.stream().limit(ROWS).forEach(fault -> table.row(fault.id(), at(fault.routedUs()), fault.what()));
            tables.print(table, out);
        }
        if (Math.max(verification.differing(), faults.size()) > ROWS) {
            out.println("Only the first " + ROWS + " of each are shown; --json has more.");
        }
    }

    private static Instant at(long us) {
        return Instant.ofEpochMilli(us / 1_000);
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
