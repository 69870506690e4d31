package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LogPrinter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what a function printed, with when, in which container, for which invocation (- for none).",
            "With --json one object a line, as it was printed; else without what a terminal would obey."
        })
final class LogsCommand implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The function, or NAME:VERSION.")
    private String name;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what it prints, until Ctrl-C or, with --invocation, until that has ended.")
    private boolean follow;

    @Option(names = "--invocation", paramLabel = "ID", description = "Of this invocation only, and how it ended.")
    private String invocation;

    @Option(
            names = "--since",
            paramLabel = "TIME|10m",
            converter = TimeConverter.class,
            description = "From when on: a time, or how long ago. Default: 10m, or when the invocation came")
    private Instant since;

    @Option(names = "--container", paramLabel = "ID", description = "Of this container only.")
    private String container;

    @Option(names = "--instance", paramLabel = "ID", description = "Of this instance only.")
    private String instance;

    @Option(names = "--limit", paramLabel = "N", description = "Of what is there already only the last N lines.")
    private Integer limit;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant. Default: default")
    private String tenant;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 to " + MOST + ", not " + limit);
        }
        PrintWriter out = spec.commandLine().getOut();
        GatewayClient.Streamed answer = options.gateway().stream(query());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            LogPrinter printer = new LogPrinter(out::print, Terminal.colours());
            boolean any = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    continue;
                }
                any = true;
                if (options.json()) {
                    out.println(escaped(line));
                } else {
                    printer.print(parsed(line));
                }
                if (!lines.ready()) {
                    out.flush();
                }
            }
            printer.end();
            if (!any && !options.json()) {
                spec.commandLine()
                        .getErr()
                        .println("Nothing was printed" + (since == null ? " lately" : " since then")
                                + ". Look further back with --since, or wait for more with --follow.");
            }
            return 0;
        } catch (IOException e) {
            throw new Failure(
                    "The log broke off (" + Failure.rootMessage(e)
                            + "). Was the gateway stopped? What is on the topic is kept: ask again, with --since.",
                    e);
        }
    }

    private String query() {
        return "/logs?function=" + GatewayClient.escaped(name)
                + parameter("invocation", invocation)
                + parameter("since", since == null ? null : Long.toString(since.toEpochMilli()))
                + parameter("container", container)
                + parameter("instance", instance)
                + parameter("limit", limit == null ? null : limit.toString())
                + parameter("tenant", tenant)
                + (follow ? "&follow=true" : "");
    }

    private static String parameter(String key, String value) {
        return value == null ? "" : "&" + key + "=" + GatewayClient.escaped(value);
    }

    private static JsonNode parsed(String line) throws IOException {
        return Json.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    /** JSON leaves some characters as they are that terminals obey. */
    private static String escaped(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (Character.isISOControl(c)) {
                safe.append("\\u%04x".formatted((int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
