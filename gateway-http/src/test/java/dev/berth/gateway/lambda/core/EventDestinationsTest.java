package dev.berth.gateway.lambda.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.FunctionSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
@Tag("E4")
class EventDestinationsTest {
    private static final EventDestinations.Known KNOWN =
            name -> name.name().equals("g") && name.qualifier().orElse("1").equals("1");
    private static final String G = "arn:aws:lambda:us-east-1:000000000000:function:g";

    @ParameterizedTest
    @CsvSource({
        "topic:a.b_c-1, topic:a.b_c-1",
        "kafka://a, topic:a",
        "arn:aws:kafka:eu-west-1:123456789012:topic/cluster/0e6f-2/orders, topic:orders",
        "arn:aws:kafka:::topic/orders, topic:orders",
        "g, " + G,
        "function:g:1, " + G + ":1",
        "000000000000:function:g, " + G,
        G + ", " + G,
    })
    void eachFormIsKeptAsTheOneThatItMeans(String given, String kept) {
        FunctionSpec spec = EventDestinations.on(function(), config(given), KNOWN);

        assertThat(spec.getDestinations()).isEqualTo(new Destinations(null, kept));
        assertThat(FunctionSettings.eventInvoke(spec)
                        .at("/DestinationConfig/OnFailure/Destination")
                        .asText())
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic:",
                "topic:a b",
                "topic:..",
                "topic:a\r\nX: y",
                "kafka://",
                "arn:aws:sqs:us-east-1:000000000000:queue",
                "arn:aws:sns:us-east-1:000000000000:topic",
                "arn:aws:kafka:us-east-1:000000000000:cluster/c/1",
                "f",
                "nobody",
                "g:2",
                "naïve",
                " "
            })
    void whatIsNoDestinationIsRefusedWithWhatIsOne(String given) {
        assertThatThrownBy(() -> EventDestinations.on(function(), config(given), KNOWN))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void anEndThatIsNotNamedStaysAndOneThatIsEmptyGoes() {
        FunctionSpec both = FunctionSpec.newBuilder(function())
                .setDestinations(new Destinations("topic:a", "topic:b"))
                .build();

        assertThat(EventDestinations.on(both, null, KNOWN)).isEqualTo(both);
        assertThat(on(both, "{}")).isEqualTo(both);
        assertThat(on(both, "{\"OnSuccess\":{\"Destination\":\"\"}}").getDestinations())
                .isEqualTo(new Destinations(null, "topic:b"));
        assertThat(on(both, "{\"OnSuccess\":{},\"OnFailure\":{}}").getDestinations())
                .isNull();
        assertThat(FunctionSettings.retriedAsStandard(both).getDestinations()).isNull();
    }

    @Test
    void aConfigurationOfTheWrongShapeIsRefused() {
        assertThatThrownBy(() -> EventDestinations.on(function(), Json.tree("topic:a"), KNOWN))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> on(function(), "{\"OnFailure\":{\"Destination\":7}}"))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> EventDestinations.on(function(), config("topic:" + "a".repeat(400)), KNOWN))
                .isInstanceOf(ApiException.class);
    }

    private static FunctionSpec on(FunctionSpec spec, String config) {
        return EventDestinations.on(spec, Json.parseObject(config.getBytes(StandardCharsets.UTF_8)), KNOWN);
    }

    private static JsonNode config(String onFailure) {
        var config = Json.object();
        config.putObject("OnFailure").put("Destination", onFailure);
        return config;
    }

    private static FunctionSpec function() {
        var request = Json.lambda(
                "{\"FunctionName\":\"f\",\"Runtime\":\"python3\",\"Handler\":\"a.b\",\"Code\":{\"ZipFile\":\"AQ==\"}}"
                        .getBytes(StandardCharsets.UTF_8),
                FunctionRequests.Create.class);
        return FunctionEdits.create("t", request, new CodeRef("00ff", 4L, 1, 0L), List.of(), 1_000);
    }
}
