package dev.berth.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.http.Operation;
import dev.berth.gateway.testbed.Http;
import dev.berth.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway says of its API, beside what it has. The answers themselves are checked in berth-cli's OpenApiTest. */
@Tag("integration")
@Tag("P7")
class ApiDescriptionTest {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    @TempDir
    private Path dataDir;

    private Gateway gateway;
    private JsonNode served;

    @BeforeEach
    void start() {
        gateway = Gateway.listen(
                new GatewayConfig("127.0.0.1", 0, new TopicCatalogue("described.", 1, 1, (short) 1), dataDir));
        Http.Reply reply = new Http(gateway.url()).get("/openapi.json");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        served = reply.json();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void eachOperationOfBerthsOwnIsDescribedAndNothingElseIs() {
        Set<String> registered = gateway.operations().stream()
                .filter(operation -> operation.name().startsWith("berth:"))
                .map(ApiDescriptionTest::line)
                .collect(Collectors.toSet());
        List<String> described = new ArrayList<>();
        served.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (METHODS.contains(method.getKey())) {
                        described.add(method.getValue().path("operationId").asText() + " " + method.getKey() + " "
                                + path.getKey());
                    }
                }));

        assertThat(described)
                .as("Described operations; how to describe one is said in ApiDescription")
                .containsExactlyInAnyOrderElementsOf(registered);
    }

    @Test
    void eachReferenceLeadsSomewhereAndEachSchemaIsReferredTo() {
        Set<String> references = Set.copyOf(served.findValuesAsText("$ref"));

        assertThat(served.path("openapi").asText()).startsWith("3.1.");
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(served.at(reference.substring(1)).isObject())
                    .as(reference)
                    .isTrue();
        });
        served.at("/components/schemas")
                .fieldNames()
                .forEachRemaining(name -> assertThat(references)
                        .as("Schemas that nothing uses")
                        .contains("#/components/schemas/" + name));
    }

    private static String line(Operation operation) {
        return operation.name().substring("berth:".length()) + " "
                + operation.method().toLowerCase(Locale.ROOT) + " "
                + operation.path().replaceAll(":(\\w+)", "{$1}");
    }
}
