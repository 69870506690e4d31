package dev.berth.cli;

import dev.berth.cli.config.WrongSettings;
import dev.berth.cli.text.Failure;
import dev.berth.sim.SimMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code berth} command. */
@Command(
        name = "berth",
        description = "Runs code in containers on request, over Apache Kafka.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            UpCommand.class,
            RouterCommand.class,
            ExecutorCommand.class,
            GatewayCommand.class,
            TriggersCommand.class,
            BrokerCommand.class,
            TopicsCommand.class,
            ConfigCommand.class,
            DemoCommand.class,
            DeployCommand.class,
            InvokeCommand.class,
            LogsCommand.class,
            ExplainCommand.class,
            FunctionsCommand.class,
            VersionsCommand.class,
            AliasCommand.class,
            JobsCommand.class,
            TriggerCommand.class,
            ScheduleCommand.class,
            ReplayCommand.class,
            DlqCommand.class,
            PinsCommand.class,
            DecisionsCommand.class,
            InstancesCommand.class,
            StartsCommand.class,
            TopCommand.class,
            DoctorCommand.class,
            ImagesCommand.class,
            CompletionCommand.class,
            KeysCommand.class,
            BenchCommand.class,
            BenchEventsCommand.class,
            BenchReplayCommand.class,
            SimMain.class,
            HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it worked",
            "1:what was asked for failed",
            "2:the command line or a configuration was wrong",
            "3:Kafka or the schema registry does not answer",
            "4:a port, a data folder or an instance id is in use"
        },
        footer = {
            "",
            "For people who build Berth:",
            "  ./berth build                          compile and package what has changed",
            "  ./berth test [--only LEVEL] [ARGS...]  mvn verify; LEVEL is core, topology,",
            "                                         integration, docker or chaos;",
            "                                         ARGS go to Maven, such as -Dtest.forks=1",
            "                                         for one test class at a time, not two",
            "  ./berth format                         format all sources"
        })
public final class Main implements Callable<Integer> {
    static final int FAILED = 1;
    static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Kafka's server brings Log4j's API without an implementation, which would say so on stderr unless one is
        // named.
        System.setProperty("log4j2.loggerContextFactory", "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
        CommandLine berth = commandLine()
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        int exitCode = FAILED;
        try {
            exitCode = berth.execute(args);
        } catch (LinkageError | OutOfMemoryError e) {
            // Threads of Kafka may live on; without the exit below the process would hang.
            berth.getErr().println("berth: unexpected failure: " + e);
        }
        berth.getOut().flush();
        berth.getErr().flush();
        System.exit(exitCode);
    }

    /** Without a command: says which there are. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }

    /** The command line, without a terminal yet; tests set their own out and err. */
    static CommandLine commandLine() {
        CommandLine berth = new CommandLine(new Main());
        berth.setCaseInsensitiveEnumValuesAllowed(true);
        berth.setUsageHelpAutoWidth(true);
        // "@file" is a payload of invoke, not a file of further arguments.
        berth.setExpandAtFiles(false);
        berth.setParameterExceptionHandler(Main::wrongUsage);
        berth.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        return berth;
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("berth: " + Failure.oneLine(e.getMessage()) + " (see "
                + command.getCommandSpec().qualifiedName() + " --help)");
        UnmatchedArgumentException.printSuggestions(e, err);
        err.flush();
        return USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        if (Shutdown.isRunning()) {
            return FAILED;
        }
        PrintWriter err = command.getErr();
        int exitCode = FAILED;
        if (e instanceof Failure failure) {
            exitCode = failure.exitCode();
            err.println("berth: " + Failure.oneLine(e.getMessage()));
        } else if (e instanceof WrongSettings wrong) {
            exitCode = USAGE;
            wrong.problems().forEach(problem -> err.println("berth: " + Failure.oneLine(problem)));
        } else {
            err.println("berth: unexpected failure: " + Failure.oneLine(Failure.rootMessage(e))
                    + " (BERTH_STACKTRACE=1 shows where)");
        }
        if (System.getenv("BERTH_STACKTRACE") != null) {
            e.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
