package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A gateway's resources, asked over HTTP; each answer is held against the OpenAPI description that this gateway serves: status,
 * headers, media type, body; and each request that it took, too.
 */
final class DescribedApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REFUSED = 400;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final String url;
    private final JsonNode description;
    private final Set<String> seen = new TreeSet<>();

    DescribedApi(String url) {
        this.url = url;
        this.description = closed(parse(exchange("GET", "/openapi.json", null).body()));
    }

    /** What came back. */
    record Reply(int status, String text) {
        JsonNode json() {
            return parse(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private record Described(String id, JsonNode operation, JsonNode parameters) {}

    /** Sends a request without a body. */
    Reply send(String method, String path) {
        return send(method, path, null);
    }

    /** Sends a request, and fails unless it and its answer are as described. */
    Reply send(String method, String path, String body, String... headers) {
        Described described = described(method, URI.create(url + path).getPath());
        HttpResponse<byte[]> answer = exchange(method, path, body, headers);
        String what = method + " " + path + " -> " + answer.statusCode() + " "
                + new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.statusCode() < REFUSED) {
            request(described, path, body, what);
        }
        JsonNode responses = described.operation().path("responses");
        String status = Integer.toString(answer.statusCode());
        JsonNode response = resolved(responses.has(status) ? responses.get(status) : responses.path("default"));
        assertThat(response.isObject())
                .as("No such answer is described: %s", what)
                .isTrue();
        response.path("headers").properties().forEach(header -> {
            var value = answer.headers().firstValue(header.getKey());
            assertThat(value.isPresent() || !header.getValue().path("required").asBoolean())
                    .as("Header %s of %s", header.getKey(), what)
                    .isTrue();
            value.ifPresent(text -> valid(header.getValue().get("schema"), JSON.valueToTree(text), what));
        });
        Map.Entry<String, JsonNode> content =
                response.path("content").properties().iterator().next();
        assertThat(answer.headers().firstValue("Content-Type")).as(what).contains(content.getKey());
        body(content.getKey(), content.getValue(), answer.body(), what);
        seen.add(described.id() + " " + (responses.has(status) ? status : "default"));
        return new Reply(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    /** All (operation, status) pairs that are described, and those of them that were answered so far. */
    record Coverage(Set<String> described, Set<String> seen) {}

    Coverage coverage() {
        Set<String> all = new TreeSet<>();
        description
                .get("paths")
                .forEach(path -> path.forEach(operation -> operation
                        .path("responses")
                        .fieldNames()
                        .forEachRemaining(
                                status -> all.add(operation.path("operationId").asText() + " " + status))));
        return new Coverage(all, seen);
    }

    /** The operations that can be refused, as method and path with every parameter {@code x}. */
    List<String[]> refusable() {
        List<String[]> all = new ArrayList<>();
        description
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (method.getValue().path("responses").has("default")) {
                        all.add(new String[] {
                            method.getKey().toUpperCase(Locale.ROOT),
                            path.getKey().replaceAll("\\{\\w+}", "x")
                        });
                    }
                }));
        return all;
    }

    private void request(Described described, String path, String body, String what) {
        int question = path.indexOf('?');
        if (question >= 0) {
            Set<String> known = new TreeSet<>();
            described
                    .parameters()
                    .forEach(parameter ->
                            known.add(resolved(parameter).path("in").asText() + " "
                                    + resolved(parameter).path("name").asText()));
            Set<String> given = Arrays.stream(path.substring(question + 1).split("&"))
                    .map(pair -> "query " + pair.replaceAll("=.*", ""))
                    .collect(Collectors.toSet());
            assertThat(known).as("Parameters of %s", what).containsAll(given);
        }
        if (body != null) {
            JsonNode schema = described.operation().at("/requestBody/content/application~1json/schema");
            valid(schema, parse(body.getBytes(StandardCharsets.UTF_8)), "the body of " + what);
        }
    }

    private void body(String type, JsonNode described, byte[] body, String what) {
        JsonNode schema = described.get("schema");
        String text = new String(body, StandardCharsets.UTF_8);
        switch (type) {
            case "application/json" -> valid(schema, parse(body), what);
            case "application/x-ndjson" ->
                text.lines()
                        .filter(line -> !line.isEmpty())
                        .forEach(line -> valid(schema, parse(line.getBytes(StandardCharsets.UTF_8)), what));
            case "text/event-stream" ->
                text.lines()
                        .filter(line -> line.startsWith("data: "))
                        .forEach(line -> valid(
                                described.get("x-event-data"),
                                parse(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8)),
                                what));
            case "text/plain; version=0.0.4; charset=utf-8" -> assertThat(text).contains("# TYPE ");
            case "application/avro" -> assertThat(text).startsWith("Obj\u0001");
            default -> throw new AssertionError("This test cannot check a body of " + type + ": teach it. " + what);
        }
    }

    private void valid(JsonNode schema, JsonNode value, String what) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", description.get("components"));
        JsonSchema compiled = schemas.getSchema(root);
        assertThat(compiled.validate(value)).as(what).isEmpty();
    }

    private Described described(String method, String path) {
        for (var each : description.get("paths").properties()) {
            if (path.matches(each.getKey().replaceAll("\\{\\w+}", "[^/]+"))) {
                JsonNode operation = each.getValue().path(method.toLowerCase(Locale.ROOT));
                assertThat(operation.isObject())
                        .as("%s %s is described", method, path)
                        .isTrue();
                return new Described(operation.path("operationId").asText(), operation, operation.path("parameters"));
            }
        }
        throw new AssertionError("Not described: " + path);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? description.at(node.get("$ref").asText().substring(1)) : node;
    }

    private HttpResponse<byte[]> exchange(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Clients must bear fields that they do not know; this test must not, or nobody would find what was not described. */
    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        node.forEach(DescribedApi::closed);
        return node;
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(new String(json, StandardCharsets.UTF_8), e);
        }
    }
}
