package dev.berth.gateway;

import static dev.berth.gateway.InvokeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.TopicContent;
import dev.berth.gateway.testbed.Zips;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class DeployTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    void aPackageLiesInChunksOnTheCodeTopicAndIsWholeAgain() throws Exception {
        byte[] zip = Zips.incompressible(3 * Limits.CODE_CHUNK_BYTES);

        Http.Reply created = bed.http.post(FUNCTIONS, Zips.create("large", zip));

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        CodeRef code = spec("large").getLatest().getCode();
        byte[] back = content(code);
        assertThat(back).isEqualTo(zip);
        assertThat(HexFormat.of().formatHex(sha256(back))).isEqualTo(code.getSha256());
        assertThat(created.json().get("CodeSha256").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(sha256(zip)));
        assertThat(created.json().get("CodeSize").asInt()).isEqualTo(zip.length);
    }

    @Test
    void theSamePackageIsSentOnce() {
        byte[] zip = Zips.handler("the same");
        bed.http.post(FUNCTIONS, Zips.create("same1", zip));
        bed.http.post(FUNCTIONS, Zips.create("same2", zip));

        assertThat(spec("same2").getLatest().getCode())
                .isEqualTo(spec("same1").getLatest().getCode());
        String sha256 = spec("same1").getLatest().getCode().getSha256();
        assertThat(TopicContent.of(bed, bed.topics.code()).stream()
                        .filter(chunk -> chunk.key().startsWith(sha256)))
                .hasSize(1);
    }

    @Test
    void aFunctionIsShownAsLambdaShowsIt() {
        JsonNode created = bed.deploy("shown").json();

        assertThat(created.get("FunctionName").asText()).isEqualTo("shown");
        assertThat(created.get("FunctionArn").asText())
                .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:shown");
        assertThat(created.get("Runtime").asText()).isEqualTo("python3.12");
        assertThat(created.get("State").asText()).isEqualTo("Active");
        assertThat(created.get("Version").asText()).isEqualTo("$LATEST");
        assertThat(created.get("LastModified").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000");
        assertThat(created.get("Environment").get("Variables").size()).isEqualTo(1);

        assertThat(bed.http.get(FUNCTIONS + "/shown").json().get("Configuration"))
                .isEqualTo(created);
        assertThat(bed.http.get(FUNCTIONS + "/shown/configuration").json()).isEqualTo(created);
        assertThat(spec("shown").getLatest().getRuntime()).isEqualTo("python3");
        assertThat(spec("shown").getLatest().getMemoryMb()).isEqualTo(256);
        assertThat(spec("shown").getLatest().getTimeoutMs()).isEqualTo(5000);
    }

    @Test
    void everyChangeRaisesTheRevisionAndKeepsTheRest() {
        bed.deploy("changed");
        long first = spec("changed").getLatest().getRevision();

        Http.Reply code = put("/changed/code", "{\"ZipFile\":\"%s\"}".formatted(Zips.base64(Zips.handler("v2"))));
        assertThat(code.status()).as(code.body()).isEqualTo(200);
        long second = spec("changed").getLatest().getRevision();
        Http.Reply configuration = put(
                "/changed/configuration", "{\"MemorySize\":512,\"Runtime\":\"provided.al2023\",\"Exclusive\":true}");

        assertThat(configuration.status()).as(configuration.body()).isEqualTo(200);
        assertThat(configuration.json().get("Runtime").asText()).isEqualTo("provided.al2023");
        var latest = spec("changed").getLatest();
        assertThat(second).isGreaterThan(first);
        assertThat(latest.getRevision()).isGreaterThan(second);
        assertThat(latest.getMemoryMb()).isEqualTo(512);
        assertThat(latest.getRuntime()).isEqualTo("provided");
        assertThat(latest.getExclusive()).isTrue();
        assertThat(latest.getTimeoutMs()).isEqualTo(5000);
        assertThat(configuration
                        .json()
                        .get("Environment")
                        .get("Variables")
                        .get("A")
                        .asText())
                .isEqualTo("1");
        assertThat(latest.getCode().getSha256()).isEqualTo(HexFormat.of().formatHex(sha256(Zips.handler("v2"))));
    }

    @Test
    @Tag("R22")
    void aFunctionCanAskForExclusiveContainers() {
        String body =
                Zips.create("exclusive", Zips.handler("x")).replace("\"Timeout\"", "\"Exclusive\":true,\"Timeout\"");

        assertThat(bed.http.post(FUNCTIONS, body).json().get("Exclusive").asBoolean())
                .isTrue();
        assertThat(spec("exclusive").getLatest().getExclusive()).isTrue();
    }

    @Test
    @Tag("S5")
    void aFunctionHasNoNetworkUnlessItAsksForIt() {
        assertThat(bed.deploy("closed").json().get("Network").asBoolean()).isFalse();
        long revision = spec("closed").getLatest().getRevision();

        assertThat(put("/closed/configuration", "{\"Network\":true}")
                        .json()
                        .get("Network")
                        .asBoolean())
                .isTrue();
        assertThat(spec("closed").getLatest().getNetwork()).isTrue();
        assertThat(spec("closed").getLatest().getRevision())
                .as("other containers serve it from now on")
                .isGreaterThan(revision);
        assertThat(put("/closed/configuration", "{\"Timeout\":6}")
                        .json()
                        .get("Network")
                        .asBoolean())
                .as("what is not named stays")
                .isTrue();
    }

    @Test
    void anOldRevisionIdDoesNotOverwriteANewerChange() {
        JsonNode created = bed.deploy("guarded").json();
        String seen = created.get("RevisionId").asText();

        assertThat(put("/guarded/configuration", "{\"Timeout\":6,\"RevisionId\":\"" + seen + "\"}")
                        .status())
                .isEqualTo(200);
        refused(
                put("/guarded/configuration", "{\"Timeout\":7,\"RevisionId\":\"" + seen + "\"}"),
                412,
                "PreconditionFailedException");
        assertThat(spec("guarded").getLatest().getTimeoutMs()).isEqualTo(6000);
    }

    @Test
    void ofManyWhoChangeTheSameRevisionAtOnceOneDoes() {
        String seen = bed.deploy("contended").json().get("RevisionId").asText();

        List<CompletableFuture<Http.Reply>> changes = IntStream.rangeClosed(10, 17)
                .mapToObj(seconds -> bed.http.sendAsync(
                        "PUT",
                        FUNCTIONS + "/contended/configuration",
                        ("{\"Timeout\":" + seconds + ",\"RevisionId\":\"" + seen + "\"}")
                                .getBytes(StandardCharsets.UTF_8)))
                .toList();

        List<Http.Reply> done = changes.stream()
                .map(CompletableFuture::join)
                .filter(reply -> reply.status() == 200)
                .toList();
        assertThat(done).hasSize(1);
        changes.stream()
                .map(CompletableFuture::join)
                .filter(reply -> reply.status() != 200)
                .forEach(reply -> refused(reply, 412, "PreconditionFailedException"));
        assertThat(spec("contended").getLatest().getTimeoutMs())
                .isEqualTo(done.get(0).json().get("Timeout").asInt() * 1_000);
    }

    @Test
    void aDeletedFunctionIsGoneAndItsNameIsFreeWithAHigherRevision() {
        bed.deploy("deleted");
        long before = spec("deleted").getLatest().getRevision();
        refused(bed.deploy("deleted"), 409, "ResourceConflictException");

        assertThat(bed.http.send("DELETE", FUNCTIONS + "/deleted", null).status())
                .isEqualTo(204);
        refused(bed.http.get(FUNCTIONS + "/deleted"), 404, "ResourceNotFoundException");
        refused(bed.http.send("DELETE", FUNCTIONS + "/deleted", null), 404, "ResourceNotFoundException");
        refused(bed.http.invoke("deleted", "{}"), 404, "ResourceNotFoundException");

        assertThat(bed.deploy("deleted").status()).isEqualTo(201);
        assertThat(spec("deleted").getLatest().getRevision()).isGreaterThan(before);
    }

    @Test
    void theListComesInPages() {
        String tenant = "pages";
        for (String name : List.of("a", "b", "c")) {
            bed.http.post(FUNCTIONS, Zips.create(name, Zips.handler("p")), "X-Berth-Tenant", tenant);
        }
        List<String> names = new ArrayList<>();
        String marker = "";
        do {
            JsonNode page = bed.http
                    .send("GET", FUNCTIONS + "/?MaxItems=2" + marker, null, "X-Berth-Tenant", tenant)
                    .json();
            page.get("Functions")
                    .forEach(each -> names.add(each.get("FunctionName").asText()));
            marker =
                    page.has("NextMarker") ? "&Marker=" + page.get("NextMarker").asText() : null;
        } while (marker != null);

        assertThat(names).containsExactly("a", "b", "c");
        refused(bed.http.get(FUNCTIONS + "?MaxItems=0"), 400, "InvalidParameterValueException");
        refused(bed.http.get(FUNCTIONS + "?Marker=%25"), 400, "InvalidParameterValueException");
    }

    @Test
    void whatCannotBeDeployedIsRefusedAndLeavesNothing() {
        refused(create("{"), 400, "InvalidRequestContentException");
        refused(create("null"), 400, "InvalidRequestContentException");
        refused(create("{\"FunctionName\":\"x\"}"), 400, "InvalidParameterValueException");
        refused(
                create(Zips.create("x", "no zip".getBytes(StandardCharsets.UTF_8))),
                400,
                "InvalidParameterValueException");
        refused(create(Zips.create("x", Zips.of("../evil", new byte[1]))), 400, "InvalidParameterValueException");
        refused(create(Zips.create("x", Zips.of("/etc/evil", new byte[1]))), 400, "InvalidParameterValueException");
        refused(create(Zips.create("x", Zips.of("a\\..\\evil", new byte[1]))), 400, "InvalidParameterValueException");
        String good = Zips.create("x", Zips.handler("y"));
        refused(create(good.replace("\"ZipFile\":\"", "\"ZipFile\":\"!!")), 400, "InvalidRequestContentException");
        refused(create(good.replace("python3.12", "cobol85")), 400, "InvalidParameterValueException");
        refused(create(good.replace("256", "1")), 400, "InvalidParameterValueException");
        refused(create(good.replace("\"Timeout\":5", "\"Timeout\":901")), 400, "InvalidParameterValueException");
        refused(create(good.replace("\"Timeout\":5", "\"Timeout\":\"long\"")), 400, "InvalidRequestContentException");
        refused(create(good.replace("\"A\":", "\"LAMBDA_TASK_ROOT\":")), 400, "InvalidParameterValueException");
        refused(create(good.replace("\"x\"", "\"x y\"")), 400, "InvalidParameterValueException");
        refused(
                put("/nobody/code", "{\"ZipFile\":\"" + Zips.base64(Zips.handler("z")) + "\"}"),
                404,
                "ResourceNotFoundException");

        refused(bed.http.get(FUNCTIONS + "/x"), 404, "ResourceNotFoundException");
    }

    @Test
    void aZipOverTheLimitIsRefused() {
        byte[] zip = Zips.incompressible(Limits.CODE_ZIP_BYTES + 1);

        refused(create(Zips.create("x", zip)), 413, "RequestTooLargeException");
    }

    private static Http.Reply create(String body) {
        return bed.http.post(FUNCTIONS, body);
    }

    private static Http.Reply put(String path, String body) {
        return bed.http.send("PUT", FUNCTIONS + path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static FunctionSpec spec(String name) {
        return TopicContent.last(bed, bed.topics.functions(), "default/" + name).orElseThrow();
    }

    private static byte[] content(CodeRef code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int index = 0; index < code.getChunks(); index++) {
            var chunk = TopicContent.last(bed, bed.topics.code(), code.getSha256() + "/" + index)
                    .orElseThrow();
            assertThat(chunk.getChunks()).isEqualTo(code.getChunks());
            byte[] data = new byte[chunk.getData().remaining()];
            chunk.getData().get(data);
            bytes.writeBytes(data);
        }
        assertThat(TopicContent.of(bed, bed.topics.code()).stream()
                        .filter(each -> each.key().startsWith(code.getSha256())))
                .allMatch(each -> each.offset() >= code.getFirstOffset());
        return bytes.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
