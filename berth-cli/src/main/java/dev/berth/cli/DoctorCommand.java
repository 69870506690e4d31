package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.doctor.Check;
import dev.berth.cli.doctor.Examination;
import dev.berth.cli.doctor.Machine;
import dev.berth.cli.doctor.Running;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks this machine (Java, disk, Docker engine and images, ports) and the Berth behind the gateway (Kafka, topics, registry,"
                    + " routers, instances, clocks, dead letters, triggers, pins), and says what is wrong and what to do.",
            "Ends with 1 if anything is wrong."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final List<Integer> PORTS = List.of(8080, 9092);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where Berth keeps its data, or will. Default: .berth/up of the repository")
    private Path data;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        boolean mustRun = System.getenv("BERTH_URL") != null
                || spec.commandLine().getParseResult().hasMatchedOption("--url");
        Path folder = data == null ? Terminal.home().resolve(".berth/up") : data;
        List<Check> checks =
                Examination.of(Machine.here(Terminal.home(), folder, PORTS), Running.at(options.gateway()), mustRun);
        boolean wrong = Examination.isAnythingWrong(checks);
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            ObjectNode json = Json.object().put("well", !wrong);
            var rows = json.putArray("checks");
            checks.forEach(check -> rows.add(check.json()));
            out.println(Json.line(json));
            return wrong ? Main.FAILED : 0;
        }
        for (Check check : checks) {
            out.printf("%-5s %-13s %s%n", word(check), check.check(), check.message());
            if (!check.fix().isEmpty()) {
                out.printf("%-19s -> %s%n", "", check.fix());
            }
        }
        long count = checks.stream().filter(check -> check.level().isWrong()).count();
        out.println(count == 0 ? "All is well." : count == 1 ? "One thing is wrong." : count + " things are wrong.");
        return wrong ? Main.FAILED : 0;
    }

    private static String word(Check check) {
        String word = check.level().name();
        return check.level().isWrong() ? word : word.toLowerCase(Locale.ROOT);
    }
}
