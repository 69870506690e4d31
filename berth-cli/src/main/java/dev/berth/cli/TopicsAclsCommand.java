package dev.berth.cli;

import dev.berth.cli.config.Rights;
import dev.berth.cli.config.Role;
import dev.berth.cli.process.Surroundings;
import dev.berth.cli.text.Json;
import dev.berth.schemas.TopicCatalogue;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.PatternType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "acls",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the rights that each part needs on a cluster with an authorizer, as arguments of Kafka's kafka-acls.sh:",
            "./berth topics acls | while read -r LINE; do eval \"kafka-acls.sh --bootstrap-server HOST:PORT --add $LINE\"; done"
        })
final class TopicsAclsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PART",
            arity = "0..*",
            description = "router, executor, gateway, triggers, or topics for who runs topics create. Default: all")
    private List<Role> roles =
            Arrays.stream(Role.values()).filter(role -> role != Role.BROKER).toList();

    @Option(
            names = "--principal",
            paramLabel = "USER",
            description = "Whose rights they are, for one PART. Default: User:PART")
    private String principal;

    @Mixin
    private PartOptions options;

    @Option(names = "--json", description = "Print JSON, one line for each right.")
    private boolean json;

    @Override
    public Integer call() {
        if (principal != null && roles.size() != 1) {
            throw new ParameterException(spec.commandLine(), "--principal is for one PART: name it");
        }
        TopicCatalogue topics = Surroundings.topics(options.settings(Role.TOPICS));
        PrintWriter out = spec.commandLine().getOut();
        for (Role role : roles) {
            String whose = principal == null ? "User:" + role.word() : principal;
            Rights.of(role, topics).forEach(right -> out.println(json ? json(role, whose, right) : line(whose, right)));
        }
        return 0;
    }

    private static String line(String whose, Rights.Right right) {
        return "--allow-principal '" + whose + "'"
                + right.operations().stream()
                        .map(operation -> " --operation " + Rights.word(operation))
                        .collect(Collectors.joining())
                + " --" + kind(right) + " " + right.on().name()
                + (right.on().patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "");
    }

    private static String json(Role role, String whose, Rights.Right right) {
        var line = Json.object()
                .put("part", role.word())
                .put("principal", whose)
                .put("resource", kind(right))
                .put("name", right.on().name())
                .put("pattern", right.on().patternType().name().toLowerCase(Locale.ROOT))
                .put("why", right.why());
        right.operations().stream().map(Rights::word).forEach(line.putArray("operations")::add);
        return Json.line(line);
    }

    private static String kind(Rights.Right right) {
        return right.on().resourceType().name().toLowerCase(Locale.ROOT);
    }
}
