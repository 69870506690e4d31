package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.pack.CodePackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** The life of a function in the words of AWS's own SDK, which knows nothing of Berth but its address. */
@Tag("integration")
@Tag("A1")
@Timeout(180)
class AwsSdkTest {
    private static final String NAME = "sdk";

    @TempDir
    private static Path data;

    @TempDir
    private static Path code;

    private static RunningBerth berth;

    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        lambda = LambdaClient.builder()
                .endpointOverride(URI.create(berth.berth().gatewayUrl()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("anyone", "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        berth.close();
    }

    @Test
    @Tag("R15")
    void theWholeLifeOfAFunction() throws Exception {
        lambda.createFunction(request -> request.functionName(NAME)
                .runtime(Runtime.PYTHON3_12)
                .role("arn:aws:iam::000000000000:role/any")
                .handler("app.handler")
                .code(zip -> zip.zipFile(zipped(1))));
        lambda.waiter().waitUntilFunctionActiveV2(request -> request.functionName(NAME));
        assertThat(invoke(null).payload().asUtf8String()).isEqualTo("1");
        String one =
                lambda.publishVersion(request -> request.functionName(NAME)).version();

        String revision = lambda.getFunctionConfiguration(request -> request.functionName(NAME))
                .revisionId();
        String changed = lambda.updateFunctionCode(request ->
                        request.functionName(NAME).revisionId(revision).zipFile(zipped(2)))
                .codeSha256();
        lambda.waiter().waitUntilFunctionUpdatedV2(request -> request.functionName(NAME));
        assertThatThrownBy(() -> lambda.updateFunctionConfiguration(request ->
                        request.functionName(NAME).revisionId(revision).timeout(9)))
                .isInstanceOf(PreconditionFailedException.class);
        var two = lambda.publishVersion(
                request -> request.functionName(NAME).codeSha256(changed).description("the second"));
        assertThat(two.version()).isEqualTo("2");
        assertThat(two.description()).isEqualTo("the second");

        lambda.createAlias(request -> request.functionName(NAME)
                .name("live")
                .functionVersion(one)
                .routingConfig(split -> split.additionalVersionWeights(Map.of("2", 1.0))));
        assertThat(lambda.getAlias(request -> request.functionName(NAME).name("live"))
                        .routingConfig()
                        .additionalVersionWeights())
                .containsExactly(Map.entry("2", 1.0));
        InvokeResponse byAlias = invoke("live");
        assertThat(byAlias.executedVersion()).isEqualTo("2");
        assertThat(byAlias.payload().asUtf8String()).isEqualTo("2");
        lambda.updateAlias(request -> request.functionName(NAME)
                .name("live")
                .routingConfig(split -> split.additionalVersionWeights(Map.of())));
        assertThat(invoke("live").executedVersion()).isEqualTo(one);
        for (String form : new String[] {
            NAME + ":live",
            "000000000000:function:" + NAME + ":live",
            "arn:aws:lambda:us-east-1:000000000000:function:" + NAME + ":live"
        }) {
            assertThat(lambda.invoke(request -> request.functionName(form)).executedVersion())
                    .isEqualTo(one);
        }

        asynchronously();

        String arn = "arn:aws:lambda:us-east-1:000000000000:function:" + NAME;
        lambda.tagResource(request -> request.resource(arn).tags(Map.of("team", "a", "stage", "b")));
        lambda.untagResource(request -> request.resource(arn).tagKeys("stage"));
        assertThat(lambda.listTags(request -> request.resource(arn)).tags()).containsExactly(Map.entry("team", "a"));

        assertThat(lambda.invoke(request -> request.functionName(NAME).invocationType(InvocationType.DRY_RUN))
                        .statusCode())
                .isEqualTo(204);
        assertThat(
                        lambda
                                .listVersionsByFunctionPaginator(
                                        request -> request.functionName(NAME).maxItems(1))
                                .versions()
                                .stream()
                                .map(FunctionConfiguration::version))
                .containsExactly("$LATEST", "1", "2");
        assertThat(lambda.listAliases(request -> request.functionName(NAME)).aliases())
                .hasSize(1);
        assertThat(lambda.listFunctionsPaginator().functions().stream().map(FunctionConfiguration::functionName))
                .containsExactly(NAME);

        assertThatThrownBy(() -> lambda.deleteFunction(
                        request -> request.functionName(NAME).qualifier(one)))
                .isInstanceOf(ResourceConflictException.class);
        lambda.deleteAlias(request -> request.functionName(NAME).name("live"));
        lambda.deleteFunction(request -> request.functionName(NAME).qualifier(one));
        lambda.deleteFunction(request -> request.functionName(NAME));
        assertThatThrownBy(() -> lambda.getFunction(request -> request.functionName(NAME)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private static void asynchronously() {
        InvokeResponse accepted = lambda.invoke(request -> request.functionName(NAME)
                .qualifier("2")
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String("{}")));
        assertThat(accepted.statusCode()).isEqualTo(202);
        String id = accepted.responseMetadata().requestId();
        GatewayClient gateway = new GatewayClient(berth.berth().gatewayUrl());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.get("/jobs/" + id).path("status").asText().equals("succeeded"));
    }

    private static InvokeResponse invoke(String qualifier) {
        InvokeResponse answer = lambda.invoke(request -> request.functionName(NAME)
                .qualifier(qualifier)
                .logType(LogType.TAIL)
                .payload(SdkBytes.fromUtf8String("{}")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.functionError()).isNull();
        assertThat(new String(Base64.getDecoder().decode(answer.logResult()), StandardCharsets.UTF_8))
                .contains("ran");
        return answer;
    }

    private static SdkBytes zipped(int answer) {
        try {
            Files.writeString(
                    code.resolve("app.py"),
                    "def handler(event, context):\n    print('ran')\n    return %d\n".formatted(answer));
            return SdkBytes.fromByteArray(CodePackage.of(code));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
