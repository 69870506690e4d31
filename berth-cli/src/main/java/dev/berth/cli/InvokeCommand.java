package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Route;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.PinPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "invoke",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a function and prints its result.",
            "Exit code 1 if the function fails; its error object is printed all the same."
        })
final class InvokeCommand implements Callable<Integer> {
    private static final String REQUEST_ID = "x-amzn-requestid";
    /** Gone, throttled, out of time. */
    private static final Set<Integer> DECIDED = Set.of(410, 429, 504);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The function, NAME:VERSION or NAME:ALIAS.")
    private String name;

    @Option(
            names = "--payload",
            paramLabel = "JSON|@FILE|-",
            defaultValue = "{}",
            description = "What the function receives; - reads stdin. Default: ${DEFAULT-VALUE}")
    private String payload;

    @Option(
            names = "--key",
            paramLabel = "VALUE",
            description = "The routing value: invocations with equal values run in one container.")
    private String key;

    @Option(names = "--async", description = "Do not wait: print the job's id (see berth jobs ID).")
    private boolean async;

    @Option(
            names = "--delay",
            paramLabel = "10s",
            converter = DurationConverter.class,
            description = "With --async: not before this time has passed; at most 6d.")
    private Duration delay;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "With --async: not before, such as 2026-01-31T12:00:00Z.")
    private Instant at;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "With --async: -100 to 100; of those of one function that wait, more goes first. Default: 0")
    private Integer priority;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "With --async: the same key of the same function is the same job for a day.")
    private String idempotencyKey;

    @Option(names = "--route", description = "Print where and how it ran as well, on stderr.")
    private boolean route;

    @Option(names = "--log", description = "Print the last 4 KB of what it printed as well, on stderr.")
    private boolean log;

    @Option(
            names = "--busy",
            paramLabel = "auto|wait|spill|fail",
            description = "What to do when the key's container is busy. Default: auto")
    private BusyPolicy busy;

    @Option(
            names = "--pin",
            paramLabel = "prefer|require",
            description = "Whether it may run elsewhere when the container it wants is gone. Default: prefer")
    private PinPolicy pin;

    @Option(
            names = "--same-container-as",
            paramLabel = "ID",
            description = "Run in the container that ran this invocation.")
    private String sameContainerAs;

    @Option(names = "--container", paramLabel = "ID", description = "Run in this container.")
    private String container;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait. Default: the function's own and 60")
    private Double timeoutSeconds;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        if (sameContainerAs != null && container != null) {
            throw new ParameterException(spec.commandLine(), "Give --same-container-as or --container, not both");
        }
        if (delay != null && at != null) {
            throw new ParameterException(spec.commandLine(), "Give --delay or --at, not both");
        }
        boolean job = delay != null || at != null || priority != null || idempotencyKey != null;
        if (job && !async) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--delay, --at, --priority and --idempotency-key are for jobs. Give --async too");
        }
        GatewayClient gateway = options.gateway();
        if (job) {
            return submit(gateway);
        }
        Map<String, String> headers = headers();
        String path = "/2015-03-31/functions/" + GatewayClient.escaped(name) + "/invocations";
        GatewayClient.Answer answer = gateway.send("POST", path, payload(), headers);
        if (!answer.ok()) {
            throw new Failure(answer.error() + whyHint(answer));
        }
        return async ? printJob(answer) : printResult(answer);
    }

    private int submit(GatewayClient gateway) {
        ObjectNode job = Json.object().put("function", name);
        try {
            job.set("payload", Json.parse(payload()));
        } catch (IOException e) {
            throw new Failure("The payload is not JSON: " + Failure.rootMessage(e), e);
        }
        if (delay != null) {
            job.put("delayMs", delay.toMillis());
        }
        if (at != null) {
            job.put("at", at.toEpochMilli());
        }
        if (priority != null) {
            job.put("priority", priority);
        }
        if (idempotencyKey != null) {
            job.put("idempotencyKey", idempotencyKey);
        }
        JsonNode answer = GatewayClient.required(gateway.send("POST", "/jobs", Json.bytes(job), headers()))
                .json();
        spec.commandLine()
                .getOut()
                .println(options.json() ? Json.line(answer) : answer.path("id").asText());
        return 0;
    }

    /** Where the router decided against it, it can be asked why. */
    private static String whyHint(GatewayClient.Answer answer) {
        return DECIDED.contains(answer.status())
                ? answer.header(REQUEST_ID)
                        .map(id -> ". It was invocation " + id + ": see berth explain " + id)
                        .orElse("")
                : "";
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("X-Amz-Invocation-Type", async ? "Event" : "RequestResponse");
        if (key != null) {
            headers.put("X-Berth-Key", ascii("--key", key, "; publish on Kafka for any other routing value"));
        }
        if (busy != null) {
            headers.put("X-Berth-Busy", busy.name().toLowerCase(Locale.ROOT));
        }
        if (pin != null) {
            headers.put("X-Berth-Pin", pin.name().toLowerCase(Locale.ROOT));
        }
        if (sameContainerAs != null) {
            headers.put("X-Berth-Same-Container-As", ascii("--same-container-as", sameContainerAs, ""));
        }
        if (container != null) {
            headers.put("X-Berth-Container", ascii("--container", container, ""));
        }
        if (timeoutSeconds != null) {
            headers.put("X-Berth-Wait-Ms", Long.toString(Math.round(timeoutSeconds * 1000)));
        }
        if (log) {
            headers.put("X-Amz-Log-Type", "Tail");
        }
        return headers;
    }

    /** Java's HTTP client would turn any other character into a question mark, and so different keys into one. */
    private String ascii(String option, String value, String advice) {
        if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            throw new ParameterException(spec.commandLine(), option + " can hold printable ASCII only" + advice);
        }
        return value;
    }

    private byte[] payload() {
        try {
            if (payload.equals("-")) {
                InputStream in = System.in;
                return in.readAllBytes();
            }
            if (payload.startsWith("@")) {
                return Files.readAllBytes(Path.of(payload.substring(1)));
            }
            return payload.getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Failure("The payload " + payload + " cannot be read: " + e, e);
        }
    }

    private int printJob(GatewayClient.Answer answer) {
        String id = answer.header(REQUEST_ID).orElse("");
        PrintWriter out = spec.commandLine().getOut();
        out.println(options.json() ? Json.line(Json.object().put("id", id).put("status", "queued")) : id);
        return 0;
    }

    private int printResult(GatewayClient.Answer answer) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean failed = answer.header("x-amz-function-error").isPresent();
        Route where = Route.of(answer);
        String logTail = answer.header("x-amz-log-result")
                .map(tail -> new String(Base64.getDecoder().decode(tail), StandardCharsets.UTF_8))
                .orElse(null);
        if (options.json()) {
            out.println(Json.line(json(answer, failed, where, logTail)));
        } else {
            out.println(new String(answer.body(), StandardCharsets.UTF_8));
            out.flush();
            if (logTail != null) {
                err.print(logTail.endsWith("\n") || logTail.isEmpty() ? logTail : logTail + "\n");
            }
            if (route) {
                answer.header(REQUEST_ID).ifPresent(id -> err.println("invocation " + id));
                where.lines().forEach(err::println);
            }
        }
        if (failed) {
            JsonNode error = answer.json();
            throw new Failure("The function failed: " + error.path("errorType").asText("") + " "
                    + error.path("errorMessage").asText(""));
        }
        return 0;
    }

    private static ObjectNode json(GatewayClient.Answer answer, boolean failed, Route where, String logTail) {
        ObjectNode json = Json.object().put("id", answer.header(REQUEST_ID).orElse(null));
        json.put("failed", failed);
        if (isJson(answer)) {
            json.set("payload", answer.json());
        } else {
            json.put("payloadText", new String(answer.body(), StandardCharsets.UTF_8));
        }
        json.set("route", where.json());
        if (logTail != null) {
            json.put("log", logTail);
        }
        return json;
    }

    private static boolean isJson(GatewayClient.Answer answer) {
        try {
            Json.parse(answer.body());
            return true;
        } catch (IOException e) {
            return false; // a function may return anything
        }
    }
}
