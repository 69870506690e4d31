package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Paragraph;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.PinPolicy;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says why an invocation ran where it ran: berth explain ID.",
            "Or where one would run now: berth explain --function NAME [--key VALUE]. Nothing is run."
        })
final class ExplainCommand implements Callable<Integer> {
    private static final int THROTTLED = 429;
    private static final int GONE = 410;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The invocation.")
    private String id;

    @Option(
            names = "--since",
            paramLabel = "TIME|-15m",
            converter = TimeConverter.class,
            description = "How far back to look for an ID that the gateway does not know. Default: -1h")
    private Instant since;

    @Option(
            names = "--function",
            paramLabel = "NAME",
            description = "What would happen to this function, or NAME:VERSION, now.")
    private String function;

    @Option(names = "--key", paramLabel = "VALUE", description = "With this routing value.")
    private String key;

    @Option(names = "--busy", paramLabel = "auto|wait|spill|fail", description = "With this busy policy.")
    private BusyPolicy busy;

    @Option(names = "--pin", paramLabel = "prefer|require", description = "With this pin policy.")
    private PinPolicy pin;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant. Default: default")
    private String tenant;

    @Option(names = "--verbose", description = "Show what was weighed as well.")
    private boolean verbose;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        requireOneQuestion();
        JsonNode answer = id != null ? account() : foresight();
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
            return 0;
        }
        if (id != null) {
            out.println(heading(answer));
        }
        List<String> sentences = new ArrayList<>();
        answer.path("text").forEach(sentence -> sentences.add(sentence.asText()));
        Paragraph.wrapped(String.join(" ", sentences), Terminal.columns()).forEach(out::println);
        if (id != null) {
            nextStep(answer).ifPresent(out::println);
        }
        if (verbose) {
            Weighed.lines(answer, tables.columns()).forEach(out::println);
        }
        return 0;
    }

    private void requireOneQuestion() {
        boolean asksOfNow = function != null || key != null || busy != null || pin != null;
        if (id == null && function == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Give the ID of an invocation, or --function (and --key) for what would happen now");
        }
        if (id != null && asksOfNow) {
            throw new ParameterException(
                    spec.commandLine(), "Give an ID or --function with --key, --busy and --pin, not both");
        }
        if (id == null && since != null) {
            throw new ParameterException(spec.commandLine(), "--since is for an ID");
        }
    }

    private JsonNode account() {
        StringBuilder path = new StringBuilder("/explain/").append(GatewayClient.escaped(id));
        String separator = "?";
        if (since != null) {
            path.append("?since=").append(since.toEpochMilli());
            separator = "&";
        }
        if (tenant != null) {
            path.append(separator).append("tenant=").append(GatewayClient.escaped(tenant));
        }
        return options.gateway().get(path.toString());
    }

    private JsonNode foresight() {
        ObjectNode question = Json.object().put("function", function);
        put(question, "key", key);
        put(question, "tenant", tenant);
        put(question, "busy", busy == null ? null : busy.name().toLowerCase(Locale.ROOT));
        put(question, "pin", pin == null ? null : pin.name().toLowerCase(Locale.ROOT));
        GatewayClient.Answer answer = options.gateway()
                .send("POST", "/explain", Json.bytes(question), Map.of("Content-Type", "application/json"));
        if (answer.status() == THROTTLED || answer.status() == GONE) {
            // That it would be refused is the answer, not a failure to have one.
            ObjectNode refused = Json.object();
            refused.putObject("refused").put("type", answer.errorType()).put("message", answer.message());
            refused.putArray("text").add("It would be refused: " + answer.message());
            return refused;
        }
        return GatewayClient.required(answer).json();
    }

    private static void put(ObjectNode json, String name, String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /** What it printed, if it ran and its id can be typed as it is. */
    private static Optional<String> nextStep(JsonNode account) {
        String id = account.path("id").asText();
        return account.path("attempts").isEmpty() || !id.matches("[A-Za-z0-9._:-]+")
                ? Optional.empty()
                : Optional.of("What it printed: ./berth logs "
                        + account.path("function").asText() + " --invocation " + id);
    }

    private static String heading(JsonNode account) {
        String outcome = account.path("outcome").path("status").asText("no outcome yet");
        String key =
                account.path("key").isTextual() ? ", key " + account.path("key").asText() : "";
        return ("Invocation " + account.path("id").asText() + " of "
                        + account.path("function").asText() + key + ": " + outcome + ".")
                .replaceAll("\\p{Cntrl}", "?");
    }
}
