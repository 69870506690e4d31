package dev.berth.cli;

import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import dev.berth.cli.top.Frame;
import dev.berth.cli.top.Snapshot;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what goes on: rates, latencies by stage, reuse, queues, the instances, the busiest functions and the hottest keys.",
            "On a terminal it is drawn anew every 2 seconds until Ctrl-C; elsewhere it is printed once. With --json, a line each time."
        })
final class TopCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 300;
    private static final String OTHER_SCREEN = "\033[?1049h\033[?25l";
    private static final String OWN_SCREEN = "\033[?25h\033[?1049l";

    @Spec
    private CommandSpec spec;

    @Option(names = "--once", description = "Print it once, and end.")
    private boolean once;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "2s",
            description = "How often it is drawn. Default: ${DEFAULT-VALUE}")
    private Duration every;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of how many seconds the figures are, at most 300. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant. Default: default")
    private String tenant;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be 1 to " + MOST_SECONDS + ", not " + seconds);
        }
        GatewayClient gateway = options.gateway();
        PrintWriter out = spec.commandLine().getOut();
        boolean live = !once && (options.json() || Terminal.isScreen());
        if (live && !options.json()) {
            out.print(OTHER_SCREEN);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                out.print(OWN_SCREEN);
                out.flush();
            }));
        }
        do {
            Snapshot now = Snapshot.of(gateway, seconds, tenant);
            if (options.json()) {
                out.println(Json.line(now.json()));
            } else if (live) {
                draw(out, Frame.lines(options.url(), now, Terminal.columns()));
            } else {
                Frame.lines(options.url(), now, Math.min(Terminal.tableColumns(), 1_000))
                        .forEach(out::println);
            }
            out.flush();
            if (live) {
                Thread.sleep(every.toMillis());
            }
        } while (live);
        return 0;
    }

    /** In place, so that nothing flickers; what does not fit is left out. */
    private static void draw(PrintWriter out, List<String> lines) {
        StringBuilder frame = new StringBuilder("\033[H");
        lines.stream()
                .limit(Terminal.rows() - 1)
                .forEach(line -> frame.append(line).append("\033[K\r\n"));
        out.print(frame.append("\033[J"));
    }
}
