package dev.berth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.testbed.Http;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Result;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry through the client that Berth itself uses, over HTTP, with no Kafka anywhere. */
@Tag("integration")
class EmbeddedRegistryTest {
    @TempDir
    Path dataDir;

    @Test
    void confluentsClientRegistersAndFindsSchemasBeforeKafkaIsThere() throws Exception {
        try (Gateway gateway = listen()) {
            SchemaRegistry registry = SchemaRegistry.connect(gateway.url());

            int invocation = registry.register("invocations-value", Invocation.getClassSchema());
            int result = registry.register("results-value", Result.getClassSchema());

            assertThat(result).isNotEqualTo(invocation);
            assertThat(SchemaRegistry.connect(gateway.url()).byId(invocation)).isEqualTo(Invocation.getClassSchema());
        }
    }

    @Test
    void idsStayTheSameAcrossRestarts() throws Exception {
        int first;
        int second;
        try (Gateway gateway = listen()) {
            SchemaRegistry registry = SchemaRegistry.connect(gateway.url());
            first = registry.register("a-value", Invocation.getClassSchema());
            second = registry.register("b-value", Result.getClassSchema());
            new Http(gateway.url())
                    .send("PUT", "/config/a-value", "{\"compatibility\":\"FULL\"}".getBytes(StandardCharsets.UTF_8));
        }
        try (Gateway gateway = listen()) {
            SchemaRegistry registry = SchemaRegistry.connect(gateway.url());
            assertThat(registry.register("b-value", Result.getClassSchema())).isEqualTo(second);
            assertThat(registry.byId(first)).isEqualTo(Invocation.getClassSchema());
            assertThat(registry.register("c-value", record("C"))).isEqualTo(Math.max(first, second) + 1);
            assertThat(new Http(gateway.url())
                            .get("/config/a-value")
                            .json()
                            .get("compatibilityLevel")
                            .asText())
                    .isEqualTo("FULL");
        }
    }

    @Test
    void aSchemaThatCannotFollowIsRefusedWithTheReason() {
        try (Gateway gateway = listen()) {
            SchemaRegistry registry = SchemaRegistry.connect(gateway.url());
            registry.register("s-value", record("R"));
            Schema needsMore = SchemaBuilder.record("R")
                    .fields()
                    .requiredString("a")
                    .requiredInt("b")
                    .endRecord();

            assertThatThrownBy(() -> registry.register("s-value", needsMore))
                    .isInstanceOf(SchemaRegistry.RegistryException.class)
                    .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
            Http http = new Http(gateway.url());
            var check = http.post(
                    "/compatibility/subjects/s-value/versions/latest", Http.text("schema", needsMore.toString()));
            assertThat(check.json().get("is_compatible").asBoolean()).isFalse();
        }
    }

    @Test
    void answersAreInConfluentsTypeAndWithItsCodes() {
        try (Gateway gateway = listen()) {
            Http http = new Http(gateway.url());

            var missing = http.get("/subjects/a%2Fb/versions");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.header("Content-Type")).isEqualTo("application/vnd.schemaregistry.v1+json");
            assertThat(missing.json().get("error_code").asInt()).isEqualTo(40401);
            assertThat(missing.json().get("message").asText()).contains("a/b");
            assertThat(http.get("/schemas/ids/9").json().get("error_code").asInt())
                    .isEqualTo(40403);
            assertThat(http.get("/subjects").body()).isEqualTo("[]");
            assertThat(http.get("/schemas/types").body()).isEqualTo("[\"AVRO\"]");
            assertThat(http.post("/subjects/s/versions", "not json").status()).isEqualTo(400);
            assertThat(http.post("/subjects/s/versions", "[]").status()).isEqualTo(400);
            assertThat(http.post("/subjects/s/versions", "{\"schema\":\"nonsense\"}")
                            .json()
                            .get("error_code")
                            .asInt())
                    .isEqualTo(42201);
        }
    }

    @Test
    void aDamagedFileIsNotTakenForAnEmptyRegistry() throws Exception {
        Files.writeString(dataDir.resolve("schema-registry.json"), "{\"format\":1,\"schemas\":[");

        assertThatThrownBy(this::listen)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("schema-registry.json")
                .hasMessageContaining("Restore");
    }

    private Gateway listen() {
        return Gateway.listen(new GatewayConfig("127.0.0.1", 0, TopicCatalogue.defaults(), dataDir));
    }

    private static Schema record(String name) {
        return SchemaBuilder.record(name).fields().requiredString("a").endRecord();
    }
}
