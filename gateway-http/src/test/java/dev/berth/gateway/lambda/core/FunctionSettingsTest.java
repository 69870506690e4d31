package dev.berth.gateway.lambda.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class FunctionSettingsTest {
    private static final String ALL = "\"Routing\":\"json:/user/id\",\"Ordered\":true,\"KeepOldUntilReady\":true,"
            + "\"ReservedConcurrency\":3,\"MaximumRetryAttempts\":5,\"MaximumEventAgeInSeconds\":600,\"RetryBackoffMs\":50";
    private static final CodeRef CODE = new CodeRef("00ff", 4L, 1, 0L);

    @Test
    void aFunctionIsMadeWithItsSettingsAndShowsThem() {
        FunctionSpec spec = created(ALL);

        assertThat(spec.getRouting()).isEqualTo(new RoutingRule(RoutingSource.JSON_POINTER, "/user/id"));
        assertThat(spec.getOrdered()).isTrue();
        assertThat(spec.getKeepOldUntilReady()).isTrue();
        assertThat(spec.getReservedConcurrency()).isEqualTo(3);
        assertThat(spec.getMaxRetries()).isEqualTo(5);
        assertThat(spec.getMaxEventAgeMs()).isEqualTo(600_000);
        assertThat(spec.getRetryBackoffMs()).isEqualTo(50);
        JsonNode shown = FunctionShapes.configuration(spec);
        Json.parseObject(("{" + ALL + "}").getBytes(StandardCharsets.UTF_8))
                .properties()
                .forEach(field -> assertThat(shown.get(field.getKey()).asText())
                        .as(field.getKey())
                        .isEqualTo(field.getValue().asText()));
        assertThat(FunctionShapes.function(spec, spec.getLatest(), Optional.empty())
                        .at("/Concurrency/ReservedConcurrentExecutions")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void settingsMakeNoNewRevisionAndOtherThingsDo() {
        FunctionSpec before = created("\"Routing\":\"tenant\"");

        FunctionSpec after = updated(before, ALL);

        assertThat(after.getLatest()).isEqualTo(before.getLatest());
        assertThat(after.getReservedConcurrency()).isEqualTo(3);
        FunctionSpec later = updated(after, "\"Timeout\":9");
        assertThat(later.getLatest().getRevision())
                .isGreaterThan(before.getLatest().getRevision());
        assertThat(later.getRouting()).as("kept").isEqualTo(after.getRouting());
        assertThat(updated(later, "\"Routing\":\"none\",\"Ordered\":false").getRouting())
                .isNull();
    }

    @Test
    void whatIsResetIsAsNothingHadBeenSaid() {
        FunctionSpec standard = created("\"Ordered\":false");
        FunctionSpec changed = updated(standard, ALL);

        FunctionSpec back = FunctionSettings.unlimited(FunctionSettings.retriedAsStandard(changed));

        assertThat(back.getReservedConcurrency()).isNull();
        assertThat(FunctionSettings.concurrency(back)).isEmpty();
        assertThat(FunctionSettings.eventInvoke(back)).isEqualTo(FunctionSettings.eventInvoke(standard));
        assertThat(back.getMaxRetries()).isEqualTo(2);
        assertThat(back.getOrdered()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Routing\":\"json:user\"",
                "\"Routing\":\"json:/a~2\"",
                "\"Routing\":\"cookie:x\"",
                "\"Routing\":\"header:\"",
                "\"Routing\":\"\"",
                "\"ReservedConcurrency\":-1",
                "\"MaximumRetryAttempts\":11",
                "\"MaximumRetryAttempts\":-1",
                "\"MaximumEventAgeInSeconds\":59",
                "\"MaximumEventAgeInSeconds\":21601",
                "\"RetryBackoffMs\":-1"
            })
    void whatCannotBeIsRefusedWhenItIsMadeAndWhenItIsChanged(String setting) {
        String field = setting.substring(1, setting.indexOf(':') - 1).replace("Concurrency", "Concurrent");

        assertThatThrownBy(() -> FunctionEdits.check(create(setting)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(field);
        assertThatThrownBy(() -> updated(created("\"Ordered\":true"), setting))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(field);
    }

    private static FunctionSpec created(String settings) {
        return FunctionEdits.create("t", create(settings), CODE, List.of(), 1_000);
    }

    private static FunctionRequests.Create create(String settings) {
        return lambda(
                "{\"FunctionName\":\"f\",\"Runtime\":\"python3\",\"Handler\":\"a.b\",\"Code\":{\"ZipFile\":\"AQ==\"},"
                        + settings + "}",
                FunctionRequests.Create.class);
    }

    private static FunctionSpec updated(FunctionSpec spec, String fields) {
        return FunctionEdits.withConfiguration(
                spec, lambda("{" + fields + "}", FunctionRequests.UpdateConfiguration.class), 2_000);
    }

    private static <T> T lambda(String json, Class<T> type) {
        return Json.lambda(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
