package dev.berth.gateway.lambda.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class LambdaCoreTest {
    private static final CodeRef CODE = new CodeRef("00ff", 4L, 1, 0L);

    @ParameterizedTest
    @CsvSource({
        "f,",
        "f:prod,prod",
        "f:$LATEST,$LATEST",
        "function:f:7,7",
        "123456789012:function:f,",
        "arn:aws:lambda:eu-west-1:123456789012:function:f,",
        "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:prod,prod"
    })
    void aFunctionIsNamedInEachOfLambdasWays(String given, String qualifier) {
        assertThat(FunctionName.parse(given, null)).isEqualTo(new FunctionName("f", Optional.ofNullable(qualifier)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "f:", "f:a:b", "arn:aws:s3:::f", "ünicode", "f\r\nX: y", "f\n"})
    void whatNamesNoFunctionIsRefused(String given) {
        assertThatThrownBy(() -> FunctionName.parse(given, null)).isInstanceOf(ApiException.class);
    }

    @Test
    void theParameterMayRepeatTheQualifierButNotContradictIt() {
        assertThat(FunctionName.parse("f:a", "a").qualifier()).contains("a");
        assertThatThrownBy(() -> FunctionName.parse("f:a", "b")).isInstanceOf(ApiException.class);
    }

    @Test
    void aRevisionRisesEvenWhenTheClockDoesNot() {
        FunctionSpec spec = FunctionEdits.create("t", create("python3.11"), CODE, List.of(), 1_000);

        FunctionSpec second = FunctionEdits.withCode(spec, CODE, null, 1_000);
        FunctionSpec third = FunctionEdits.withCode(second, CODE, null, 500);

        assertThat(spec.getLatest().getRevision()).isEqualTo(1_000);
        assertThat(second.getLatest().getRevision()).isEqualTo(1_001);
        assertThat(third.getLatest().getRevision()).isEqualTo(1_002);
    }

    @ParameterizedTest
    @CsvSource({
        "python3,python3",
        "python3.9,python3",
        "python3.13,python3",
        "nodejs,nodejs",
        "nodejs22.x,nodejs",
        "java,java",
        "java8.al2,java",
        "java17,java",
        "provided,provided",
        "provided.al2,provided",
        "provided.al2023,provided"
    })
    void aRuntimeRunsAsOneOfBerthsAndIsShownAsGiven(String given, String runs) {
        FunctionSpec spec = FunctionEdits.create("t", create(given), CODE, List.of(), 1);

        assertThat(spec.getLatest().getRuntime()).isEqualTo(runs);
        var shown = FunctionShapes.configuration(spec);
        assertThat(shown.get("Runtime").asText()).isEqualTo(given);
        assertThat(shown.get("Environment").get("Variables").toString()).isEqualTo("{\"A\":\"1\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python2.7", "nodejs20", "java21", "provided.al3", "", "python3.12\n"})
    void otherRuntimesAreRefused(String given) {
        assertThatThrownBy(() -> FunctionEdits.check(create(given)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("nodejs");
    }

    @Test
    void aRoutingValueIsTheSameTextHereAsInAKafkaRecord() {
        String onTheWire = new String("Zürich".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(InvokeRequest.parse(Map.of("X-Berth-Key", onTheWire)::get)
                        .target()
                        .routingValue())
                .contains("Zürich");
    }

    @ParameterizedTest
    @EnumSource(ResultStatus.class)
    void everyStatusOfAResultHasAnAnswer(ResultStatus status) {
        InvokeAnswer answer = InvokeAnswer.of(result(status), false, 1);

        boolean refused =
                status == ResultStatus.REJECTED || status == ResultStatus.BOUNCED || status == ResultStatus.UNKNOWN;
        assertThat(answer.refusal().isPresent()).isEqualTo(refused);
        assertThat(answer.headers().containsKey("X-Amz-Function-Error"))
                .isEqualTo(!refused && status != ResultStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @CsvSource({
        "TooManyRequestsException, 429, TooManyRequestsException, 1",
        "ReservedConcurrencyExceeded, 429, TooManyRequestsException, 1",
        "PinBusyException, 429, PinBusyException, 1",
        "PinGoneException, 410, PinGoneException, 0",
        "InvocationUnknownException, 404, InvocationUnknownException, 0",
        "DeadlineExceeded, 504, DeadlineExceeded, 0",
        "Unheard, 500, Unheard, 0"
    })
    void eachRefusalOfTheRouterHasItsStatus(String type, int status, String shown, int retryAfterSeconds) {
        Result result = result(ResultStatus.REJECTED);
        result.setErrorType(type);

        var refusal = InvokeAnswer.of(result, false, 1).refusal().orElseThrow();

        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.type()).isEqualTo(shown);
        assertThat(refusal.retryAfterSeconds()).isEqualTo(retryAfterSeconds);
        assertThat(refusal.reason().isPresent()).isEqualTo(type.equals("ReservedConcurrencyExceeded"));
    }

    @ParameterizedTest
    @EnumSource(Reuse.class)
    void eachWayToComeByAContainerIsShown(Reuse reuse) {
        Result result = result(ResultStatus.SUCCEEDED);
        result.setReuse(reuse);

        assertThat(InvokeAnswer.of(result, false, 1).headers().get("X-Berth-Reuse"))
                .isEqualToIgnoringCase(reuse.name())
                .isLowerCase();
    }

    @Test
    void whatOthersWroteCannotBreakOutOfAHeader() {
        Result result = result(ResultStatus.SUCCEEDED);
        result.setContainerId("c\r\nSet-Cookie: x");

        assertThat(InvokeAnswer.of(result, false, 1).headers().get("X-Berth-Container-Id"))
                .isEqualTo("c??Set-Cookie: x");
    }

    @Test
    void aPayloadIsReadOutOfWhateverBufferItLiesIn() {
        ByteBuffer slice = ByteBuffer.wrap("..abc..".getBytes(StandardCharsets.UTF_8), 2, 3)
                .slice();

        assertThat(InvokeAnswer.payload(slice)).asString().isEqualTo("abc");
        assertThat(slice.remaining()).isEqualTo(3);
        assertThat(InvokeAnswer.payload(null)).isEmpty();
    }

    private static FunctionRequests.Create create(String runtime) {
        return Json.lambda(
                Json.bytes(Map.of(
                        "FunctionName",
                        "f",
                        "Code",
                        Map.of("ZipFile", "AQ=="),
                        "Runtime",
                        runtime,
                        "Handler",
                        "app.handler",
                        "Environment",
                        Map.of("Variables", Map.of("A", "1")))),
                FunctionRequests.Create.class);
    }

    private static Result result(ResultStatus status) {
        return Result.newBuilder()
                .setInvocationId("i")
                .setAttempt(1)
                .setTenant("t")
                .setFunction("f")
                .setStatus(status)
                .setTimings(new Timings())
                .build();
    }
}
