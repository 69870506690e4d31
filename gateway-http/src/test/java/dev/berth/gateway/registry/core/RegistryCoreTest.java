package dev.berth.gateway.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.registry.core.RegistryRequest.SchemaText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class RegistryCoreTest {
    private static final String A =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}";
    private static final String A_SPACED =
            "{ \"name\": \"R\", \"type\": \"record\", \"fields\": [ {\"type\": \"string\", \"name\": \"a\"} ] }";
    private static final String A_AND_OPTIONAL_B = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}]}";
    private static final String A_AND_NEEDED_B = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\"}]}";
    private static final String OTHER = "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"X\"]}";

    private RegistryState state = RegistryState.empty();

    @Test
    void aSchemaHasOneIdWhateverItsWhiteSpaceAndSubject() {
        assertThat(register("s1", A)).isEqualTo(ok(Map.of("id", 1)));
        assertThat(register("s1", A_SPACED)).isEqualTo(ok(Map.of("id", 1)));
        assertThat(register("s2", A)).isEqualTo(ok(Map.of("id", 1)));
        assertThat(register("s2", A_AND_OPTIONAL_B)).isEqualTo(ok(Map.of("id", 2)));

        assertThat(ask(new RegistryRequest.Versions("s1"))).isEqualTo(ok(List.of(1)));
        assertThat(ask(new RegistryRequest.Versions("s2"))).isEqualTo(ok(List.of(1, 2)));
        assertThat(ask(new RegistryRequest.Subjects())).isEqualTo(ok(List.of("s1", "s2")));
    }

    @Test
    void registeringAgainChangesNothing() {
        register("s", A);

        var again = RegistryCore.handle(state, new RegistryRequest.Register("s", avro(A_SPACED)));

        assertThat(again.changed()).isFalse();
        assertThat(again.state()).isEqualTo(state);
    }

    @Test
    void aSchemaThatCannotReadTheLastOneIsRefusedAndNotKept() {
        register("s", A);

        RegistryAnswer answer = register("s", A_AND_NEEDED_B);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(body(answer)).containsEntry("error_code", 409);
        assertThat(body(answer).get("message").toString()).contains("READER_FIELD_MISSING_DEFAULT_VALUE", "\"s\"");
        assertThat(ask(new RegistryRequest.Versions("s"))).isEqualTo(ok(List.of(1)));
        assertThat(state.schemas()).hasSize(1);
    }

    @Test
    void theLevelOfASubjectDecidesWhatMayFollow() {
        register("s", A);
        assertThat(ask(new RegistryRequest.PutConfig(Optional.of("s"), "none")))
                .isEqualTo(ok(Map.of("compatibility", "NONE")));

        assertThat(register("s", OTHER)).isEqualTo(ok(Map.of("id", 2)));
        assertThat(ask(new RegistryRequest.GetConfig(Optional.of("s"), false)))
                .isEqualTo(ok(Map.of("compatibilityLevel", "NONE")));
        assertThat(ask(new RegistryRequest.GetConfig(Optional.empty(), true)))
                .isEqualTo(ok(Map.of("compatibilityLevel", "BACKWARD")));
    }

    @Test
    void transitiveLevelsLookAtEveryVersion() {
        ask(new RegistryRequest.PutConfig(Optional.empty(), "NONE"));
        register("s", OTHER);
        register("s", A);

        ask(new RegistryRequest.PutConfig(Optional.empty(), "BACKWARD"));
        assertThat(compatible("s", "latest", A_AND_OPTIONAL_B)).isTrue();
        ask(new RegistryRequest.PutConfig(Optional.empty(), "BACKWARD_TRANSITIVE"));
        assertThat(compatible("s", "latest", A_AND_OPTIONAL_B)).isFalse();
    }

    @Test
    void forwardLevelsAskWhetherTheOldReadsTheNew() {
        ask(new RegistryRequest.PutConfig(Optional.empty(), "FORWARD"));
        register("s", A_AND_OPTIONAL_B);

        assertThat(compatible("s", "latest", A)).isTrue();
        assertThat(compatible("s", "latest", OTHER)).isFalse();
    }

    @Test
    void schemasAreFoundByIdByVersionAndByText() {
        register("s", A);
        register("s", A_AND_OPTIONAL_B);

        assertThat(body(ask(new RegistryRequest.SchemaById("2"))).get("schema").toString())
                .contains("\"b\"");
        assertThat(body(ask(new RegistryRequest.Version("s", "latest"))))
                .containsEntry("version", 2)
                .containsEntry("id", 2)
                .containsEntry("subject", "s");
        assertThat(body(ask(new RegistryRequest.Version("s", "1")))).containsEntry("id", 1);
        assertThat(body(ask(new RegistryRequest.Lookup("s", avro(A_SPACED))))).containsEntry("version", 1);
        assertThat(ask(new RegistryRequest.SchemaTypes())).isEqualTo(ok(List.of("AVRO")));
    }

    @Test
    void whatIsNotThereHasConfluentsErrorCodes() {
        register("s", A);

        refused(ask(new RegistryRequest.Versions("nope")), 404, 40401);
        refused(ask(new RegistryRequest.Version("nope", "1")), 404, 40401);
        refused(ask(new RegistryRequest.Version("s", "9")), 404, 40402);
        refused(ask(new RegistryRequest.Lookup("s", avro(OTHER))), 404, 40403);
        refused(ask(new RegistryRequest.SchemaById("77")), 404, 40403);
        refused(ask(new RegistryRequest.SchemaById("x")), 404, 40403);
        refused(ask(new RegistryRequest.GetConfig(Optional.of("s"), false)), 404, 40408);
    }

    @Test
    void whatCannotBeHasConfluentsErrorCodes() {
        register("s", A);

        refused(register("s", "{\"type\":\"recrod\"}"), 422, 42201);
        refused(register("s", ""), 422, 42201);
        refused(register("s", "not json"), 422, 42201);
        refused(ask(new RegistryRequest.Register("s", new SchemaText("{}", Optional.of("PROTOBUF"), 0))), 422, 42201);
        refused(ask(new RegistryRequest.Register("s", new SchemaText(A, Optional.empty(), 1))), 422, 42201);
        refused(ask(new RegistryRequest.Version("s", "0")), 422, 42202);
        refused(ask(new RegistryRequest.Version("s", "first")), 422, 42202);
        refused(ask(new RegistryRequest.PutConfig(Optional.empty(), "SIDEWAYS")), 422, 42203);
    }

    private RegistryAnswer register(String subject, String schema) {
        return ask(new RegistryRequest.Register(subject, avro(schema)));
    }

    private boolean compatible(String subject, String version, String schema) {
        return (boolean) body(ask(new RegistryRequest.Compatibility(subject, version, avro(schema), true)))
                .get("is_compatible");
    }

    private RegistryAnswer ask(RegistryRequest request) {
        var step = RegistryCore.handle(state, request);
        state = step.state();
        return step.answer();
    }

    private static SchemaText avro(String text) {
        return new SchemaText(text, Optional.empty(), 0);
    }

    private static RegistryAnswer ok(Object body) {
        return new RegistryAnswer(200, body);
    }

    private static Map<?, ?> raw(RegistryAnswer answer) {
        return (Map<?, ?>) answer.body();
    }

    @SuppressWarnings("unchecked") // The registry's objects have names for keys.
    private static Map<String, Object> body(RegistryAnswer answer) {
        return (Map<String, Object>) raw(answer);
    }

    private static void refused(RegistryAnswer answer, int status, int code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(body(answer)).containsEntry("error_code", code).containsKey("message");
    }
}
