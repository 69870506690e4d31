package dev.berth.cli.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.cli.text.Paragraph;
import dev.berth.gateway.http.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The HTTP API for people, in Markdown: {@code topology-docs/api.md}. */
final class ApiPage {
    private static final int WIDTH = 140;
    /** What nearly all take, and so is said once. */
    private static final Set<String> TENANT = Set.of("tenant", "X-Berth-Tenant");

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final StringBuilder page = new StringBuilder();
    private final JsonNode api;

    private ApiPage(JsonNode api) {
        this.api = api;
    }

    /**
     * The whole page.
     *
     * @param openApi the description that gateways serve
     * @param lambda the operations of Lambda's API that there are
     * @param missing names of those that there are not
     */
    static String of(JsonNode openApi, Collection<Operation> lambda, Collection<String> missing) {
        ApiPage page = new ApiPage(openApi);
        page.head();
        page.lambda(lambda, missing);
        openApi.path("tags").forEach(page::tag);
        page.schemas();
        return page.page.toString();
    }

    private void head() {
        line("# API reference");
        line("");
        line("Made by `ApiDocsTest` from what a gateway serves as `GET /openapi.json` (OpenAPI " + text(api, "openapi")
                + "); other tests hold real answers against that.");
        line("First the operations of AWS Lambda's API that Berth speaks, then Berth's own.");
        line("");
        line("**Who asks.** Without `auth=keys` everybody on loopback. With it:");
        line("");
        api.at("/components/securitySchemes")
                .properties()
                .forEach(scheme -> line("- `" + scheme.getKey() + "`: " + text(scheme.getValue(), "description")));
        line("");
        line("**Whose.** What is marked *of a tenant* takes the header `X-Berth-Tenant` or the parameter `tenant`. "
                + text(api.at("/components/parameters/Tenant"), "description"));
        line("");
        line("**What is refused.** " + text(api.at("/components/responses/Refusal"), "description"));
        line("Each refusal has the header `X-Amzn-ErrorType`, and `Retry-After` where another try is worth while.");
    }

    private void lambda(Collection<Operation> operations, Collection<String> missing) {
        line("");
        line("## Lambda's API");
        line("");
        line(
                "AWS describes these operations; AWS's command line and SDKs work with the gateway's address as their endpoint.");
        line("");
        line("| operation | request |");
        line("|---|---|");
        operations.stream()
                .map(operation -> "| "
                        + operation.name().substring(operation.name().indexOf(':') + 1) + " | `" + operation.method()
                        + " " + operation.path().replaceAll("/$", "").replaceAll(":(\\w+)", "{$1}") + "` |")
                .distinct()
                .sorted()
                .forEach(this::line);
        line("");
        Paragraph.wrapped(
                        "Not supported, and refused with 404 `UnknownOperationException`: "
                                + missing.stream().sorted().collect(Collectors.joining(", ")) + ".",
                        WIDTH)
                .forEach(this::line);
    }

    private void tag(JsonNode tag) {
        String name = text(tag, "name");
        line("");
        // A schema may have the tag's own name, and headings are what links lead to.
        line("## Resources: " + name);
        line("");
        line(text(tag, "description"));
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .filter(method ->
                                text(method.getValue().path("tags").path(0)).equals(name))
                        .forEach(method -> operation(
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                path.getValue(),
                                method.getValue())));
    }

    private void operation(String method, String path, JsonNode whole, JsonNode operation) {
        line("");
        line("### `" + method + " " + path + "`");
        line("");
        List<JsonNode> parameters = new ArrayList<>();
        whole.path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
        operation.path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
        boolean ofTenant = parameters.removeIf(parameter -> TENANT.contains(text(parameter, "name")));
        line(text(operation, "summary")
                + (operation.has("description") ? " " + text(operation, "description") : "")
                + (ofTenant ? " *Of a tenant.*" : ""));
        if (!parameters.isEmpty()) {
            line("");
            line("| parameter | in | is | meaning |");
            line("|---|---|---|---|");
            parameters.forEach(parameter -> line("| `" + text(parameter, "name") + "`"
                    + (parameter.path("required").asBoolean() ? " (required)" : "") + " | " + text(parameter, "in")
                    + " | " + type(parameter.path("schema")) + " | " + text(parameter, "description") + " |"));
        }
        JsonNode body = operation.path("requestBody");
        if (!body.isMissingNode()) {
            line("");
            line("Body: " + contents(resolved(body))
                    + (body.has("description") ? ". " + text(body, "description") : ""));
        }
        line("");
        operation.path("responses").properties().stream()
                .filter(answer -> !answer.getKey().equals("default"))
                .forEach(answer -> answer(answer.getKey(), resolved(answer.getValue())));
    }

    private void answer(String status, JsonNode answer) {
        String contents = contents(answer);
        line("- **" + status + "** " + text(answer, "description") + (contents.isEmpty() ? "" : " " + contents));
    }

    private String contents(JsonNode holder) {
        return holder.path("content").properties().stream()
                .map(content -> "`" + content.getKey() + "`: "
                        + type(content.getValue().path("schema"))
                        + (content.getValue().has("x-event-data")
                                ? ", each event " + type(content.getValue().path("x-event-data"))
                                : ""))
                .collect(Collectors.joining("; "));
    }

    private void schemas() {
        line("");
        line("## What is sent and answered");
        api.at("/components/schemas").properties().forEach(schema -> {
            line("");
            line("### " + schema.getKey());
            line("");
            JsonNode value = schema.getValue();
            if (value.has("description")) {
                line(text(value, "description"));
                line("");
            }
            if (value.path("properties").isObject()) {
                line("| field | is | meaning |");
                line("|---|---|---|");
                fields("", value);
            } else {
                line("It is " + type(value) + ".");
            }
        });
    }

    private void fields(String prefix, JsonNode object) {
        Set<String> required = new TreeSet<>();
        object.path("required").forEach(name -> required.add(name.asText()));
        object.path("properties").properties().forEach(field -> {
            JsonNode schema = field.getValue();
            line("| `" + prefix + field.getKey() + "`" + (required.contains(field.getKey()) ? "" : " (optional)")
                    + " | " + type(schema) + " | " + text(schema, "description") + " |");
            JsonNode inner = schema.path("type").asText().equals("array") ? schema.path("items") : schema;
            if (inner.path("properties").isObject()) {
                fields(prefix + field.getKey() + (inner.equals(schema) ? "." : "[]."), inner);
            }
        });
    }

    /** What a schema lets in, in a few words. */
    private String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String ref = text(schema, "$ref");
            String name = ref.substring(ref.lastIndexOf('/') + 1);
            return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
        }
        for (String kind : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(kind)) {
                return each(schema.get(kind), this::type, kind.equals("allOf") ? " and " : " or ");
            }
        }
        if (schema.has("enum")) {
            return each(schema.get("enum"), value -> "`" + value.asText() + "`", ", ");
        }
        if (schema.has("const")) {
            return "`" + schema.get("const").asText() + "`";
        }
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return each(type, JsonNode::asText, " or ");
        }
        String plain = type.asText("anything");
        if (plain.equals("array")) {
            return schema.has("items") ? "list of " + type(schema.get("items")) : "list";
        }
        return plain + bounds(schema);
    }

    private static String bounds(JsonNode schema) {
        JsonNode least = or(schema.path("minimum"), schema.path("minLength"));
        JsonNode most = or(schema.path("maximum"), schema.path("maxLength"));
        if (least.isMissingNode() && most.isMissingNode()) {
            return "";
        }
        return " (" + least.asText() + ".." + most.asText() + ")";
    }

    private static JsonNode or(JsonNode one, JsonNode other) {
        return one instanceof MissingNode ? other : one;
    }

    private static String each(JsonNode list, Function<JsonNode, String> word, String between) {
        return StreamSupport.stream(list.spliterator(), false).map(word).collect(Collectors.joining(between));
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(text(node, "$ref").substring(1)) : node;
    }

    private static String text(JsonNode node, String field) {
        return text(node.path(field));
    }

    /** A bar would end the cell of a table, and a tag would be one. */
    private static String text(JsonNode node) {
        return node.asText("").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
    }

    private void line(String text) {
        page.append(text.stripTrailing()).append('\n');
    }
}
