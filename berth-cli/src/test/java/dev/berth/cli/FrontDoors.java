package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Route;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each way to have a function run, and the container that it ran in. */
record FrontDoors(RunningBerth berth) {
    /** Deploys a Python function. */
    Ran deploy(Path folder, String name, String handler, String... options) {
        List<String> arguments = new ArrayList<>(List.of("deploy", folder.toString(), "--name", name));
        arguments.addAll(List.of("--runtime", "python3", "--handler", handler, "--timeout", "60"));
        arguments.addAll(List.of(options));
        return berth.run(arguments.toArray(String[]::new));
    }

    /** The container that an invocation by command line ran in, whatever became of it there. */
    String invoke(String function, String... options) {
        return answer(function, options).path("route").path("container").asText();
    }

    /** What the command line says of an invocation. */
    JsonNode answer(String function, String... options) {
        List<String> arguments = new ArrayList<>(List.of("invoke", function, "--json"));
        arguments.addAll(List.of(options));
        Ran ran = berth.run(arguments.toArray(String[]::new));
        assertThat(ran.out()).as(ran.err()).isNotEmpty();
        return ran.json();
    }

    /** The container that an invocation by HTTP ran in. */
    String http(String function, String payload, String... headers) {
        GatewayClient.Answer answer = request(function, payload, headers);
        assertThat(answer.ok()).as(answer.error()).isTrue();
        return Route.of(answer).container();
    }

    /** Any answer to an invocation by HTTP. */
    GatewayClient.Answer request(String function, String payload, String... headers) {
        return post("/2015-03-31/functions/" + function + "/invocations", payload, headers);
    }

    /** Any answer to a POST. */
    GatewayClient.Answer post(String path, String body, String... headers) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            named.put(headers[i], headers[i + 1]);
        }
        return new GatewayClient(berth.berth().gatewayUrl())
                .send("POST", path, body.getBytes(StandardCharsets.UTF_8), named);
    }

    /** How an invocation that any Kafka client published ended. */
    Outcome kafka(byte[] key, Invocation invocation) {
        berth.publishBytes(
                key,
                berth.berth()
                        .topics()
                        .invocations()
                        .codec(berth.berth().registry())
                        .encode(invocation));
        return berth.await(
                        berth.berth().topics().outcomes(),
                        ended -> ended.getInvocationId().equals(invocation.getId()))
                .orElseThrow();
    }

    /** The container that a job ran in. */
    String job(String body) {
        String id =
                GatewayClient.required(post("/jobs", body)).json().path("id").asText();
        GatewayClient gateway = new GatewayClient(berth.berth().gatewayUrl());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.get("/jobs/" + id).path("status").asText().equals("succeeded"));
        return gateway.get("/jobs/" + id).path("containerId").asText();
    }
}
