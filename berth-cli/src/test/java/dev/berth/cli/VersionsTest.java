package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions and aliases from the front door to the container, and back: what ran is what was asked for. */
@Tag("integration")
@Timeout(120)
class VersionsTest {
    private static final String FUNCTIONS = "/2015-03-31/functions/";

    @TempDir
    private static Path data;

    @TempDir
    private static Path code;

    private static RunningBerth berth;

    private static GatewayClient gateway;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        gateway = new GatewayClient(berth.berth().gatewayUrl());
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R15")
    void anAliasThatMovesTakesItsKeysToTheNewVersionAndTheResultSaysWhichRan() throws Exception {
        twoVersions("moving");
        created("moving/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}");
        assertThat(ran("moving", "live", "k")).isEqualTo("1");
        assertThat(ran("moving", "live", "k")).isEqualTo("1");

        GatewayClient.required(send("PUT", "moving/aliases/live", "{\"FunctionVersion\":\"2\"}"));

        assertThat(ran("moving", "live", "k")).isEqualTo("2");
        assertThat(ran("moving", "1", "k")).isEqualTo("1");
        assertThat(ran("moving", "$LATEST", "k")).isEqualTo("$LATEST");
    }

    @Test
    @Tag("R15")
    void anAliasThatMovesLeavesItsKeysUntilTheNewVersionIsReadyIfTheFunctionAsksForThat() throws Exception {
        twoVersions("patient", "--keep-old-until-ready");
        created("patient/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}");
        GatewayClient.Answer before = answer("patient", "live", "k");
        assertThat(version(before)).isEqualTo("1");

        GatewayClient.required(send("PUT", "patient/aliases/live", "{\"FunctionVersion\":\"2\"}"));

        List<GatewayClient.Answer> after = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            after.add(answer("patient", "live", "k"));
            return version(after.get(after.size() - 1)).equals("2");
        });
        after.forEach(each -> assertThat(Route.of(each).reuse())
                .as("nobody waits for a start")
                .isNotEqualTo("cold"));
        List<GatewayClient.Answer> meanwhile = after.subList(0, after.size() - 1);
        assertThat(meanwhile).as("the old version served meanwhile").isNotEmpty();
        meanwhile.forEach(each -> {
            assertThat(version(each)).isEqualTo("1");
            assertThat(Route.of(each).container()).isEqualTo(Route.of(before).container());
        });
        assertThat(ran("patient", "live", "k")).as("there is no way back").isEqualTo("2");
    }

    @Test
    @Tag("R15")
    void anAliasWithWeightsGivesEachKeyOneVersionAndAGreaterWeightOnlyMovesKeysTowardsIt() throws Exception {
        twoVersions("weighted");
        created("weighted/aliases", weights("\"Name\":\"live\",\"FunctionVersion\":\"1\",", 0.3));
        Map<String, String> before = new HashMap<>();
        for (int i = 0; i < 24; i++) {
            before.put("k" + i, ran("weighted", "live", "k" + i));
        }
        assertThat(new HashSet<>(before.values())).isEqualTo(Set.of("1", "2"));
        before.forEach(
                (key, version) -> assertThat(ran("weighted", "live", key)).isEqualTo(version));

        GatewayClient.required(send("PUT", "weighted/aliases/live", weights("", 0.7)));

        before.forEach((key, version) -> {
            String now = ran("weighted", "live", key);
            if (version.equals("2")) {
                assertThat(now).isEqualTo("2");
            }
        });
    }

    @Test
    void whatIsInUseOrWrongIsRefusedInLambdasWords() throws Exception {
        twoVersions("refusing");
        created("refusing/aliases", weights("\"Name\":\"live\",\"FunctionVersion\":\"1\",", 0.5));
        refused("DELETE", "refusing?Qualifier=1", null, 409, "ResourceConflictException");
        refused("DELETE", "refusing?Qualifier=2", null, 409, "ResourceConflictException");
        refused("DELETE", "refusing?Qualifier=9", null, 404, "ResourceNotFoundException");
        refused("DELETE", "refusing?Qualifier=$LATEST", null, 400, "InvalidParameterValueException");
        refused("GET", "refusing?Qualifier=nobody", null, 404, "ResourceNotFoundException");
        refused("GET", "refusing/aliases/nobody", null, 404, "ResourceNotFoundException");
        refused("POST", "refusing/aliases", "{\"Name\":\"12\",\"FunctionVersion\":\"1\"}", 400, INVALID);
        refused("POST", "refusing/aliases", "{\"Name\":\"a\",\"FunctionVersion\":\"live\"}", 400, INVALID);
        refused(
                "POST",
                "refusing/aliases",
                "{\"Name\":\"a\",\"FunctionVersion\":\"7\"}",
                404,
                "ResourceNotFoundException");
        refused(
                "POST",
                "refusing/aliases",
                "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}",
                409,
                "ResourceConflictException");
        refused("POST", "refusing/aliases", "{\"Name\":\"a\"}", 400, INVALID);
        refused("PUT", "refusing/aliases/live", weights("", 1.5), 400, INVALID);
        refused("PUT", "refusing/aliases/live", "{\"RevisionId\":\"old\"}", 412, "PreconditionFailedException");
        refused("POST", "refusing/versions", "{\"RevisionId\":\"old\"}", 412, "PreconditionFailedException");
        refused("POST", "refusing/versions", "{\"CodeSha256\":\"other\"}", 400, INVALID);
        refused("GET", "refusing/versions?MaxItems=0", null, 400, INVALID);
    }

    @Test
    void versionsAreNumberedOnceAndUnchangedCodeIsTheVersionThatItWas() throws Exception {
        twoVersions("numbered");
        JsonNode again = created("numbered/versions", "{}");
        assertThat(again.path("Version").asText()).isEqualTo("2");
        assertThat(again.path("FunctionArn").asText()).endsWith(":function:numbered:2");
        GatewayClient.required(send("DELETE", "numbered?Qualifier=2", null));
        assertThat(created("numbered/versions", "{}").path("Version").asText()).isEqualTo("3");

        JsonNode first = gateway.get(FUNCTIONS + "numbered/versions?MaxItems=2");
        assertThat(first.path("Versions").findValuesAsText("Version")).containsExactly("$LATEST", "1");
        JsonNode rest = gateway.get(FUNCTIONS + "numbered/versions?Marker="
                + GatewayClient.escaped(first.path("NextMarker").asText()));
        assertThat(rest.path("Versions").findValuesAsText("Version")).containsExactly("3");
        assertThat(rest.has("NextMarker")).isFalse();
    }

    @Test
    void theCommandLinePublishesNamesListsAndDeletes() throws Exception {
        twoVersions("spoken");
        assertThat(berth.run("versions", "spoken", "publish", "--json")
                        .json()
                        .path("Version")
                        .asText())
                .isEqualTo("2");
        assertThat(berth.run("alias", "spoken", "create", "live", "--to", "1", "--weight", "2=0.25")
                        .exitCode())
                .isZero();
        assertThat(berth.run("alias", "spoken").out()).contains("live", "2=0.25");
        assertThat(berth.run("alias", "spoken", "update", "live", "--no-weight", "--to", "2")
                        .exitCode())
                .isZero();
        assertThat(berth.run("alias", "spoken", "show", "live", "--json")
                        .json()
                        .path("FunctionVersion")
                        .asText())
                .isEqualTo("2");
        assertThat(berth.run("versions", "spoken", "--delete", "2").errors()).isNotEmpty();
        assertThat(berth.run("alias", "spoken", "delete", "live").exitCode()).isZero();
        assertThat(berth.run("versions", "spoken", "--delete", "2").exitCode()).isZero();
        assertThat(berth.run("versions", "spoken", "--json").json().findValuesAsText("Version"))
                .containsExactly("$LATEST", "1");
        assertThat(berth.run("alias", "spoken", "create").exitCode()).isEqualTo(2);
        assertThat(berth.run("versions", "spoken", "unpublish").exitCode()).isEqualTo(2);
    }

    private static final String INVALID = "InvalidParameterValueException";

    /** A function whose versions 1 and 2 differ. */
    private static void twoVersions(String name, String... options) throws Exception {
        Path file = code.resolve("which.py");
        for (int version = 1; version <= 2; version++) {
            Files.writeString(file, """
                    import os
                    def handler(event, context):
                        return os.environ["AWS_LAMBDA_FUNCTION_VERSION"] + "/%d"
                    """.formatted(version));
            List<String> arguments = new ArrayList<>(List.of("deploy", file.toString(), "--name", name));
            arguments.addAll(List.of("--runtime", "python3", "--handler", "which.handler"));
            arguments.addAll(List.of(options));
            Ran deployed = berth.run(arguments.toArray(String[]::new));
            assertThat(deployed.exitCode()).as(deployed.err()).isZero();
            assertThat(created(name + "/versions", "{}").path("Version").asText())
                    .isEqualTo(Integer.toString(version));
        }
    }

    /** The version that ran, by its answer's header and by the function's own word. */
    private static String ran(String name, String qualifier, String key) {
        return version(answer(name, qualifier, key));
    }

    private static GatewayClient.Answer answer(String name, String qualifier, String key) {
        return GatewayClient.required(gateway.send(
                "POST",
                FUNCTIONS + name + "/invocations?Qualifier=" + GatewayClient.escaped(qualifier),
                "{}".getBytes(StandardCharsets.UTF_8),
                Map.of("X-Berth-Key", key)));
    }

    private static String version(GatewayClient.Answer answer) {
        String version = answer.header("X-Amz-Executed-Version").orElseThrow();
        assertThat(answer.json().asText()).isEqualTo(version + "/" + (version.equals("1") ? 1 : 2));
        return version;
    }

    private static String weights(String more, double weight) {
        return "{" + more + "\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":" + weight + "}}}";
    }

    private static JsonNode created(String path, String body) {
        GatewayClient.Answer answer = GatewayClient.required(send("POST", path, body));
        assertThat(answer.status()).isEqualTo(201);
        return answer.json();
    }

    private static void refused(String method, String path, String body, int status, String type) {
        GatewayClient.Answer answer = send(method, path, body);
        assertThat(answer.status()).as(method + " " + path).isEqualTo(status);
        assertThat(answer.errorType()).isEqualTo(type);
    }

    private static GatewayClient.Answer send(String method, String path, String body) {
        return gateway.send(
                method, FUNCTIONS + path, body == null ? null : body.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
