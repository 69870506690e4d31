package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalConfig;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** {@code berth up --auth}, by AWS's SDK, by API keys, and by those who have neither. */
@Tag("integration")
@Tag("A1")
@Tag("S2")
@Timeout(180)
class AuthTest {
    private static final String INVOKE = "/2015-03-31/functions/hello/invocations";
    private static final String TAMPERED = "{\"name\":\"Eve\"}";

    @TempDir
    private static Path data;

    private static RunningBerth berth;
    private static String apiKey;
    private static String otherApiKey;
    private static JsonNode access;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() {
        access = key("--aws", "--note", "for the test");
        apiKey = key("--tenant", "default").path("apiKey").asText();
        berth = new RunningBerth(new LocalConfig(
                2,
                ContainerChoice.PROCESS,
                0,
                0,
                data,
                RunningBerth.HOME,
                ContainerConfig.USUAL,
                LocalConfig.Door.of("127.0.0.1", true)));
        otherApiKey = key("--tenant", "other").path("apiKey").asText();
        Ran deployed = berth.run(
                "deploy",
                RunningBerth.HOME.resolve("examples/hello-python").toString(),
                "--name",
                "hello",
                "--runtime",
                "python3",
                "--handler",
                "hello.handler",
                "--api-key",
                apiKey);
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void awssSdkWithAKeyOfBerthsIsLetInWithItsBodies() {
        try (LambdaClient lambda =
                sdk(access.path("id").asText(), access.path("secret").asText())) {
            assertThat(lambda.listFunctions().functions()).hasSize(1);
            String arn = "arn:aws:lambda:us-east-1:000000000000:function:hello";
            lambda.tagResource(request -> request.resource(arn).tags(Map.of("a team", "ä/b+c")));
            assertThat(lambda.listTags(request -> request.resource(arn)).tags()).containsEntry("a team", "ä/b+c");
            lambda.untagResource(request -> request.resource(arn).tagKeys("a team", "b&c=d"));
            assertThat(lambda.invoke(request -> request.functionName(arn + ":$LATEST")
                                    .clientContext("e30=")
                                    .payload(SdkBytes.fromUtf8String("{\"name\":\"Ada ♥\"}")))
                            .payload()
                            .asUtf8String())
                    .contains("Ada ♥");
        }
    }

    @Test
    void awssSdkWithAWrongSecretOrAnUnknownKeyIsTurnedAwayUnderAwssNames() {
        try (LambdaClient lambda = sdk(access.path("id").asText(), "wrong")) {
            refused(lambda, "InvalidSignatureException");
        }
        try (LambdaClient lambda = sdk("AKIDEXAMPLE", access.path("secret").asText())) {
            refused(lambda, "UnrecognizedClientException");
        }
    }

    @Test
    void aSignedRequestHoldsForItsBodyItsTimeAndItsService() throws Exception {
        String body = "{\"name\":\"Ada\"}";
        assertThat(signed(body, body, signer -> {}).statusCode()).isEqualTo(200);

        refused(signed(body, TAMPERED, signer -> {}), 403, "InvalidSignatureException");
        Instant old = Instant.now().minus(Duration.ofMinutes(20));
        HttpResponse<String> expired = signed(
                body, body, signer -> signer.putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(old, ZoneOffset.UTC)));
        refused(expired, 403, "InvalidSignatureException");
        assertThat(expired.body()).contains("expired");
        assertThat(expired.headers().firstValue("date")).isPresent();
        refused(
                signed(body, body, signer -> signer.putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")),
                403,
                "InvalidSignatureException");
    }

    @Test
    void aBodyWhoseHashStandsInNoHeaderIsReadBeforeItIsBelieved() throws Exception {
        String body = "{\"name\":\"Ada\"}";

        assertThat(send(byHand(body), body).statusCode()).isEqualTo(200);
        refused(send(byHand(body), TAMPERED), 403, "InvalidSignatureException");
    }

    @Test
    void anApiKeyIsEnoughAndItsTenantIsTheCallers() {
        Ran mine = berth.run("functions", "--json", "--api-key", apiKey);
        Ran theirs = berth.run("functions", "--json", "--api-key", otherApiKey);

        assertThat(mine.json()).hasSize(1);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Ran again = berth.run("functions", "--json", "--api-key", otherApiKey);
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(again.json()).isEmpty();
        });
        assertThat(theirs.out()).doesNotContain("hello");
        assertThat(berth.run("instances", "--api-key", apiKey).exitCode()).isZero();
    }

    @Test
    @Tag("E7")
    void anothersEventRunsAFunctionOnlyWhereTheFunctionsOwnerHasATriggerForIt() {
        GatewayClient other = new GatewayClient(berth.berth().gatewayUrl(), otherApiKey);
        byte[] event = "{\"name\": \"Zoë\"}".getBytes(StandardCharsets.UTF_8);
        // The key is newer than the gateway, which hears of it within two seconds.
        await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> other.send("POST", "/events/parcels?create=1", event, Map.of())
                                .status(),
                        status -> status == 202);
        String[] create = {"trigger", "create", "--topic", "parcels", "--function", "hello", "--from", "earliest"};
        Ran stolen = berth.run(with(create, "--event", "value", "--api-key", otherApiKey));
        assertThat(stolen.exitCode()).isEqualTo(1);
        assertThat(stolen.err()).contains("Function not found");

        Ran allowed = berth.run(with(create, "--event", "value", "--json", "--api-key", apiKey));
        assertThat(allowed.exitCode()).as(allowed.err()).isZero();
        String id = allowed.json().path("id").asText();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode jobs = berth.run("jobs", "list", "--function", "hello", "--json", "--api-key", apiKey)
                    .json()
                    .path("jobs");
            assertThat(jobs)
                    .anyMatch(job -> job.path("origin").asText().equals("trigger")
                            && job.path("status").asText().equals("succeeded"));
        });

        // What becomes of the event is its function's owner's affair.
        assertThat(berth.run("jobs", "list", "--json", "--api-key", otherApiKey)
                        .json()
                        .path("jobs"))
                .isEmpty();
        assertThat(berth.run("trigger", "list", "--api-key", otherApiKey).out()).doesNotContain(id);
        assertThat(berth.run("trigger", "delete", id, "--api-key", otherApiKey).exitCode())
                .isEqualTo(1);
        assertThat(berth.run("trigger", "delete", id, "--api-key", apiKey).exitCode())
                .isZero();
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void anotherTenantThanTheKeysIsDeniedHoweverItIsNamed() {
        GatewayClient gateway = new GatewayClient(berth.berth().gatewayUrl(), apiKey);

        for (GatewayClient.Answer answer : new GatewayClient.Answer[] {
            gateway.send("GET", "/jobs", null, Map.of("X-Berth-Tenant", "other")),
            gateway.send("GET", "/jobs?tenant=other", null, Map.of()),
            gateway.send("GET", "/jobs?tenant=default&tenant=other", null, Map.of()),
        }) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.errorType()).isEqualTo("AccessDeniedException");
        }
        assertThat(gateway.send("GET", "/jobs?tenant=default", null, Map.of("X-Berth-Tenant", "default"))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bearer berth_AAAA_x", "Bearer x", "Bearer berth_", "Basic eDp5", "Basic %", "Digest x", "x"
            })
    void whoHasNoKeyIsTurnedAway(String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/jobs"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("x-amzn-errortype").orElseThrow())
                .isIn("MissingAuthenticationTokenException", "UnrecognizedClientException");
        assertThat(berth.run("functions").err()).contains("MissingAuthenticationTokenException");
    }

    @Test
    void healthWantsNoKeyAndTheRegistryNoneFromThisMachine() throws Exception {
        for (String path : new String[] {"/health", "/subjects"}) {
            assertThat(http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aDeletedKeyIsSoonLetInNoMore() {
        JsonNode made = key("--note", "short-lived");
        String secret = made.path("apiKey").asText();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> berth.run("pins", "--api-key", secret).exitCode() == 0);
        assertThat(Ran.berth("keys", "list", "--data", data.toString()).out())
                .contains("short-lived", made.path("id").asText())
                .doesNotContain(secret);

        assertThat(Ran.berth("keys", "delete", made.path("id").asText(), "--data", data.toString())
                        .exitCode())
                .isZero();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(berth.run("pins", "--api-key", secret).err())
                                .contains("UnrecognizedClientException"));
    }

    private static JsonNode key(String... options) {
        String[] args = new String[options.length + 5];
        System.arraycopy(options, 0, args, 5, options.length);
        System.arraycopy(new String[] {"keys", "create", "--data", data.toString(), "--json"}, 0, args, 0, 5);
        Ran made = Ran.berth(args);
        assertThat(made.exitCode()).as(made.err()).isZero();
        return made.json();
    }

    private static LambdaClient sdk(String id, String secret) {
        return LambdaClient.builder()
                .endpointOverride(URI.create(berth.berth().gatewayUrl()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static void refused(LambdaClient lambda, String type) {
        assertThatThrownBy(lambda::listFunctions).isInstanceOfSatisfying(LambdaException.class, refusal -> {
            assertThat(refusal.statusCode()).isEqualTo(403);
            assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(type);
        });
    }

    private static void refused(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("x-amzn-errortype")).contains(type);
    }

    /** Signs one body with AWS's signer and sends another. */
    private HttpResponse<String> signed(
            String body, String sent, Consumer<SignRequest.Builder<AwsCredentialsIdentity>> how) throws Exception {
        return send(headers(body, how), sent);
    }

    /** As AWS's CLI signs: the body's hash is in the signature alone. */
    private static Map<String, List<String>> byHand(String body) throws Exception {
        String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                .format(Instant.now().atOffset(ZoneOffset.UTC));
        String scope = stamp.substring(0, 8) + "/eu-central-1/lambda/aws4_request";
        String canonical = "POST\n" + INVOKE + "\n\nhost:" + uri("").getAuthority() + "\nx-amz-date:" + stamp
                + "\n\nhost;x-amz-date\n" + sha256(body);
        byte[] key = ("AWS4" + access.path("secret").asText()).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/", -1)) {
            key = hmac(key, step);
        }
        String signature = HexFormat.of()
                .formatHex(hmac(key, "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + sha256(canonical)));
        return Map.of(
                "X-Amz-Date",
                List.of(stamp),
                "Authorization",
                List.of("AWS4-HMAC-SHA256 Credential=" + access.path("id").asText() + "/" + scope
                        + ", SignedHeaders=host;x-amz-date, Signature=" + signature));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> headers(
            String body, Consumer<SignRequest.Builder<AwsCredentialsIdentity>> how) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return AwsV4HttpSigner.create()
                .sign(signer -> {
                    signer.identity(AwsBasicCredentials.create(
                                    access.path("id").asText(),
                                    access.path("secret").asText()))
                            .request(SdkHttpRequest.builder()
                                    .uri(uri(INVOKE))
                                    .method(SdkHttpMethod.POST)
                                    .build())
                            .payload(() -> new ByteArrayInputStream(bytes))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1");
                    how.accept(signer);
                })
                .request()
                .headers();
    }

    private HttpResponse<String> send(Map<String, List<String>> headers, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(INVOKE)).POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach((name, values) -> values.forEach(value -> {
            if (!name.equalsIgnoreCase("Host")) {
                request.header(name, value);
            }
        }));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create(berth.berth().gatewayUrl() + path);
    }
}
