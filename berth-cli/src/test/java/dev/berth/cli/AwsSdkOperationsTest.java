package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.berth.cli.pack.CodePackage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EndPointType;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.FunctionVersion;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LambdaRequest;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** Lambda's operations one by one through AWS's own SDK: what Berth has does what it should, and what it has not says so. */
@Tag("integration")
@Tag("A1")
@Timeout(180)
class AwsSdkOperationsTest {
    private static final Set<String> SUPPORTED = Set.of(
            "createAlias",
            "createEventSourceMapping",
            "createFunction",
            "deleteAlias",
            "deleteEventSourceMapping",
            "deleteFunction",
            "deleteFunctionConcurrency",
            "deleteFunctionEventInvokeConfig",
            "getAccountSettings",
            "getAlias",
            "getEventSourceMapping",
            "getFunction",
            "getFunctionConcurrency",
            "getFunctionConfiguration",
            "getFunctionEventInvokeConfig",
            "invoke",
            "listAliases",
            "listEventSourceMappings",
            "listFunctionEventInvokeConfigs",
            "listFunctions",
            "listTags",
            "listVersionsByFunction",
            "publishVersion",
            "putFunctionConcurrency",
            "putFunctionEventInvokeConfig",
            "tagResource",
            "untagResource",
            "updateAlias",
            "updateEventSourceMapping",
            "updateFunctionCode",
            "updateFunctionConfiguration",
            "updateFunctionEventInvokeConfig");

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
                .credentialsProvider(anyone())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(client -> client.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
        deploy("operations", """
                def handler(event, context):
                    print('ran')
                    if 'fail' in event:
                        raise ValueError('as asked')
                    custom = context.client_context.custom if context.client_context else None
                    return {'custom': custom, 'long': 'x' * event.get('long', 0)}
                """);
    }

    @AfterAll
    static void stop() {
        lambda.close();
        berth.close();
    }

    @Test
    void whatBerthDoesNotSupportSaysSoInLambdasShapeAndNothingElseDoes() throws Exception {
        var answers = new TreeMap<String, Throwable>();
        for (Method operation : LambdaClient.class.getMethods()) {
            Class<?>[] takes = operation.getParameterTypes();
            if (takes.length == 1
                    && LambdaRequest.class.isAssignableFrom(takes[0])
                    && !operation.getName().endsWith("Paginator")) {
                LambdaRequest request = named(takes[0]);
                answers.put(operation.getName(), catchThrowable(() -> {
                    try {
                        operation.invoke(lambda, request);
                    } catch (ReflectiveOperationException e) {
                        throw e.getCause();
                    }
                }));
            }
        }

        assertThat(answers.keySet()).containsAll(SUPPORTED).contains("addPermission", "createCodeSigningConfig");
        List<String> unsupported = new ArrayList<>();
        answers.forEach((operation, answer) -> {
            if (answer == null) {
                return;
            }
            assertThat(answer).as(operation).isInstanceOf(LambdaException.class);
            LambdaException refusal = (LambdaException) answer;
            assertThat(refusal.statusCode()).as(operation).isBetween(400, 499);
            assertThat(refusal.awsErrorDetails().errorMessage()).as(operation).isNotBlank();
            if (refusal.awsErrorDetails().errorCode().equals("UnknownOperationException")) {
                assertThat(refusal.statusCode()).isEqualTo(404);
                assertThat(refusal.getMessage()).as(operation).contains("Berth does not support");
                unsupported.add(operation);
            }
        });
        assertThat(unsupported)
                .doesNotContainAnyElementsOf(SUPPORTED)
                .contains(
                        "addPermission",
                        "removePermission",
                        "getPolicy",
                        "publishLayerVersion",
                        "createFunctionUrlConfig");
    }

    @Test
    void aStreamOfTheResponseIsReadAsTheSdkReadsIt() {
        try (LambdaAsyncClient streaming = LambdaAsyncClient.builder()
                .endpointOverride(URI.create(berth.berth().gatewayUrl()))
                .region(Region.US_EAST_1)
                .credentialsProvider(anyone())
                .httpClient(new JdkAsyncHttpClient())
                .build()) {
            Streamed whole = streamed(streaming, "{\"long\":200000}");
            assertThat(whole.text()).hasSizeGreaterThan(200_000).contains("xxx");
            assertThat(whole.version()).isEqualTo("$LATEST");
            assertThat(whole.end().errorCode()).isNull();
            assertThat(new String(Base64.getDecoder().decode(whole.end().logResult()), StandardCharsets.UTF_8))
                    .contains("ran");

            Streamed failed = streamed(streaming, "{\"fail\":1}");
            assertThat(failed.end().errorCode()).isEqualTo("ValueError");
            assertThat(failed.end().errorDetails()).contains("as asked");

            assertThatThrownBy(() -> streaming
                            .invokeWithResponseStream(
                                    request -> request.functionName("nobody"),
                                    InvokeWithResponseStreamResponseHandler.builder()
                                            .subscriber(event -> {})
                                            .build())
                            .join())
                    .hasMessageContaining("Function not found");
        }
    }

    private record Streamed(String text, String version, InvokeWithResponseStreamCompleteEvent end) {}

    private static Streamed streamed(LambdaAsyncClient client, String payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AtomicReference<String> version = new AtomicReference<>();
        AtomicReference<InvokeWithResponseStreamCompleteEvent> end = new AtomicReference<>();
        client.invokeWithResponseStream(
                        request -> request.functionName("operations")
                                .logType(LogType.TAIL)
                                .payload(SdkBytes.fromUtf8String(payload)),
                        InvokeWithResponseStreamResponseHandler.builder()
                                .onResponse(response -> version.set(response.executedVersion()))
                                .subscriber(InvokeWithResponseStreamResponseHandler.Visitor.builder()
                                        .onPayloadChunk(chunk ->
                                                bytes.writeBytes(chunk.payload().asByteArray()))
                                        .onInvokeComplete(end::set)
                                        .build())
                                .build())
                .join();
        return new Streamed(bytes.toString(StandardCharsets.UTF_8), version.get(), end.get());
    }

    @Test
    void theClientContextReachesTheFunction() {
        InvokeResponse answer = lambda.invoke(request -> request.functionName("operations")
                .clientContext(Base64.getEncoder()
                        .encodeToString("{\"custom\":{\"a\":\"ü\"}}".getBytes(StandardCharsets.UTF_8))));

        assertThat(answer.functionError()).as(answer.payload().asUtf8String()).isNull();
        assertThat(answer.payload().asUtf8String()).contains("{\"a\":\"ü\"}");
    }

    @Test
    void aConcurrencyIsPutReadHeldAndTakenAway() {
        deploy("limited", "def handler(event, context): return 1\n");
        assertThat(lambda.putFunctionConcurrency(
                                request -> request.functionName("limited").reservedConcurrentExecutions(0))
                        .reservedConcurrentExecutions())
                .isZero();
        assertThat(lambda.getFunctionConcurrency(request -> request.functionName("limited"))
                        .reservedConcurrentExecutions())
                .isZero();
        assertThatThrownBy(() -> lambda.invoke(request -> request.functionName("limited")))
                .isInstanceOfSatisfying(
                        TooManyRequestsException.class,
                        refused -> assertThat(refused.reasonAsString())
                                .isEqualTo("ReservedFunctionConcurrentInvocationLimitExceeded"));

        lambda.deleteFunctionConcurrency(request -> request.functionName("limited"));

        assertThat(lambda.getFunctionConcurrency(request -> request.functionName("limited"))
                        .reservedConcurrentExecutions())
                .isNull();
        assertThat(lambda.invoke(request -> request.functionName("limited"))
                        .payload()
                        .asUtf8String())
                .isEqualTo("1");
    }

    @Test
    @Tag("E1")
    void theLifeOfAnEventSourceMapping() {
        deploy("mapped", "def handler(event, context): return 1\n");
        Map<EndPointType, List<String>> here = Map.of(
                EndPointType.KAFKA_BOOTSTRAP_SERVERS, List.of(berth.berth().bootstrapServers()));
        CreateEventSourceMappingResponse created =
                lambda.createEventSourceMapping(request -> request.functionName("mapped")
                        .selfManagedEventSource(source -> source.endpoints(here))
                        .topics("orders")
                        .startingPosition(EventSourcePosition.AT_TIMESTAMP)
                        .startingPositionTimestamp(Instant.parse("2026-01-02T03:04:05Z"))
                        .batchSize(7)
                        .maximumBatchingWindowInSeconds(2)
                        .filterCriteria(criteria -> criteria.filters(Filter.builder()
                                .pattern("{\"value\":{\"type\":[\"order\"]}}")
                                .build()))
                        .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                        .destinationConfig(config -> config.onFailure(end -> end.destination("kafka://lost")))
                        .bisectBatchOnFunctionError(true)
                        .maximumRecordAgeInSeconds(-1)
                        .maximumRetryAttempts(4)
                        .enabled(false));
        assertThat(created.sdkHttpResponse().statusCode()).isEqualTo(202);
        assertThat(created.state()).isEqualTo("Creating");

        var shown = lambda.getEventSourceMapping(request -> request.uuid(created.uuid()));
        assertThat(shown.state()).isEqualTo("Disabled");
        assertThat(shown.functionArn()).endsWith(":function:mapped");
        assertThat(shown.topics()).containsExactly("orders");
        assertThat(shown.startingPositionTimestamp()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(shown.batchSize()).isEqualTo(7);
        assertThat(shown.selfManagedEventSource().endpoints()).isEqualTo(here);
        assertThat(shown.filterCriteria().filters().get(0).pattern()).contains("order");
        assertThat(shown.functionResponseTypes()).containsExactly(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES);
        assertThat(shown.destinationConfig().onFailure().destination()).isEqualTo("topic:lost");
        assertThat(shown.maximumRecordAgeInSeconds()).isEqualTo(-1);
        assertThat(shown.lastProcessingResult()).isEqualTo("No records processed");
        assertThatThrownBy(() -> lambda.createEventSourceMapping(request -> request.functionName("mapped")
                        .selfManagedEventSource(source -> source.endpoints(here))
                        .topics("orders")
                        .startingPosition(EventSourcePosition.LATEST)))
                .isInstanceOf(ResourceConflictException.class)
                .hasMessageContaining(created.uuid());
        String other = lambda.createEventSourceMapping(request -> request.functionName("mapped")
                        .eventSourceArn("arn:aws:kafka:us-east-1:000000000000:cluster/any/1-2-3")
                        .topics("payments")
                        .startingPosition(EventSourcePosition.LATEST))
                .uuid();

        assertThat(lambda
                        .listEventSourceMappingsPaginator(
                                request -> request.functionName("mapped").maxItems(1))
                        .eventSourceMappings()
                        .stream()
                        .map(EventSourceMappingConfiguration::uuid))
                .containsExactlyInAnyOrder(created.uuid(), other);
        var updated = lambda.updateEventSourceMapping(
                request -> request.uuid(created.uuid()).enabled(true).batchSize(9));
        assertThat(updated.sdkHttpResponse().statusCode()).isEqualTo(202);
        assertThat(lambda.getEventSourceMapping(request -> request.uuid(created.uuid())))
                .satisfies(mapping -> {
                    assertThat(mapping.state()).isEqualTo("Enabled");
                    assertThat(mapping.batchSize()).isEqualTo(9);
                    assertThat(mapping.maximumBatchingWindowInSeconds()).isEqualTo(2);
                });
        assertThat(lambda.deleteEventSourceMapping(request -> request.uuid(created.uuid()))
                        .state())
                .isEqualTo("Deleting");
        assertThatThrownBy(() -> lambda.getEventSourceMapping(request -> request.uuid(created.uuid())))
                .isInstanceOf(ResourceNotFoundException.class);
        lambda.deleteEventSourceMapping(request -> request.uuid(other));
    }

    @Test
    void theWaitersOfTheSdkComeBack() {
        deploy("waited", "def handler(event, context): return 1\n");
        lambda.updateFunctionConfiguration(
                request -> request.functionName("waited").timeout(7));
        assertThat(lambda.waiter()
                        .waitUntilFunctionUpdatedV2(request -> request.functionName("waited"))
                        .matched()
                        .response())
                .isPresent();
        String version =
                lambda.publishVersion(request -> request.functionName("waited")).version();
        assertThat(lambda.waiter()
                        .waitUntilPublishedVersionActive(
                                request -> request.functionName("waited").qualifier(version))
                        .matched()
                        .response())
                .isPresent();
        assertThat(lambda
                        .listFunctionsPaginator(request ->
                                request.functionVersion(FunctionVersion.ALL).maxItems(1))
                        .functions()
                        .stream()
                        .filter(listed -> listed.functionName().equals("waited"))
                        .map(listed -> listed.version()))
                .containsExactly("$LATEST", version);
    }

    @Test
    void theAccountsFiguresAreTheFleets() {
        var account = lambda.getAccountSettings();

        assertThat(account.accountLimit().concurrentExecutions())
                .isEqualTo(berth.run("instances", "--json").json().findValues("slots").stream()
                        .mapToInt(slots -> slots.asInt())
                        .sum())
                .isPositive();
        assertThat(account.accountUsage().functionCount()).isPositive();
        assertThat(account.accountUsage().totalCodeSize()).isPositive();
    }

    /** A request of which only that is set which stands in its path. */
    private static LambdaRequest named(Class<?> type) throws ReflectiveOperationException {
        SdkPojo builder = (SdkPojo) type.getMethod("builder").invoke(null);
        builder.sdkFields().stream()
                .filter(field -> field.location() == MarshallLocation.PATH)
                .forEach(field -> field.set(
                        builder, field.marshallingType().getTargetClass() == String.class ? "nobody" : (Object) 1L));
        return (LambdaRequest) ((SdkBuilder<?, ?>) builder).build();
    }

    private static void deploy(String name, String source) {
        lambda.createFunction(request -> request.functionName(name)
                .runtime(Runtime.PYTHON3_12)
                .role("arn:aws:iam::000000000000:role/any")
                .handler("app.handler")
                .code(zip -> zip.zipFile(zipped(source))));
        lambda.waiter().waitUntilFunctionActiveV2(request -> request.functionName(name));
    }

    private static StaticCredentialsProvider anyone() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("anyone", "secret"));
    }

    private static SdkBytes zipped(String source) {
        try {
            Files.writeString(code.resolve("app.py"), source);
            return SdkBytes.fromByteArray(CodePackage.of(code));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
