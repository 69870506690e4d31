package dev.berth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where and how an invocation ran, as the gateway's headers tell it.
 *
 * @param instance null if none ran it
 * @param container null if none ran it
 * @param reuse warm, cold, replaced...; null if no container ran it
 * @param version that ran
 * @param timings stages in microseconds of the epoch, 0 or absent where one was not reached
 */
public record Route(String instance, String container, String reuse, String version, int attempt, JsonNode timings) {
    /** From one stage to the next, with the name of what happened between them. */
    private static final List<String[]> STAGES = List.of(
            new String[] {"publishedUs", "routedUs", "to the router"},
            new String[] {"routedUs", "receivedUs", "to the instance"},
            new String[] {"receivedUs", "startedUs", "to the container"},
            new String[] {"startedUs", "endedUs", "in the function"},
            new String[] {"endedUs", "repliedUs", "back to the gateway"});

    /** Read from an answer to an invocation. */
    public static Route of(GatewayClient.Answer answer) {
        JsonNode timings;
        try {
            timings = Json.parse(answer.header("x-berth-timings").orElse("{}").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            timings = Json.object();
        }
        return new Route(
                answer.header("x-berth-instance-id").orElse(null),
                answer.header("x-berth-container-id").orElse(null),
                answer.header("x-berth-reuse").orElse(null),
                answer.header("x-amz-executed-version").orElse(null),
                answer.header("x-berth-attempt").map(Integer::parseInt).orElse(0),
                timings);
    }

    /** For people: one line of place, one of time. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("instance " + or(instance) + "  container " + or(container) + "  " + or(reuse) + "  version "
                + or(version) + "  attempt " + attempt);
        List<String> stages = new ArrayList<>();
        for (String[] stage : STAGES) {
            long from = timings.path(stage[0]).asLong();
            long to = timings.path(stage[1]).asLong();
            if (from > 0 && to > 0) {
                // Stages are read on different clocks, the first of millisecond grain: less than nothing is nothing.
                stages.add(stage[2] + " " + ms(Math.max(0, to - from)));
            }
        }
        long init = timings.path("initUs").asLong();
        if (init > 0) {
            stages.add("container start " + ms(init));
        }
        if (!stages.isEmpty()) {
            lines.add(String.join(", ", stages));
        }
        return lines;
    }

    /** For machines. */
    public ObjectNode json() {
        ObjectNode json = Json.object()
                .put("instance", instance)
                .put("container", container)
                .put("reuse", reuse)
                .put("version", version)
                .put("attempt", attempt);
        json.set("timings", timings);
        return json;
    }

    private static String ms(long us) {
        return Figures.fixed(us / 1_000.0, 1) + " ms";
    }

    private static String or(String text) {
        return text == null ? "-" : text;
    }
}
