package dev.berth.cli;

import dev.berth.cli.config.Role;
import dev.berth.cli.config.Settings;
import dev.berth.cli.process.Surroundings;
import dev.berth.cli.text.Json;
import dev.berth.schemas.TopicCatalogue;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "The topics of an installation.",
        subcommands = {TopicsCommand.Create.class, TopicsAclsCommand.class})
final class TopicsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Main.USAGE;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the topics that are missing, with topics.partitions, topics.slots and topics.replication, and checks the",
                "others. Each part does so at start unless topics.create=false. ./berth config topics lists the settings."
            })
    static final class Create implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private PartOptions options;

        @Option(names = "--json", description = "Print JSON, one line for each topic.")
        private boolean json;

        @Override
        public Integer call() {
            Settings settings = options.settings(Role.TOPICS);
            PrintWriter err = spec.commandLine().getErr();
            PrintWriter out = spec.commandLine().getOut();
            Surroundings.installTopics(settings, line -> err.println("berth: " + line));
            for (TopicCatalogue.Topic<?> topic : Surroundings.topics(settings).all()) {
                out.println(
                        json
                                ? Json.line(
                                        Json.object().put("topic", topic.name()).put("partitions", topic.partitions()))
                                : topic.name() + "  " + topic.partitions());
            }
            return 0;
        }
    }
}
