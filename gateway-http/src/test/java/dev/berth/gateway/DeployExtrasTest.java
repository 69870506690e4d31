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
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import dev.berth.schemas.ReadOnlyMount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a function may have besides one package: an image in its place, layers, mounts, variables. */
@Tag("integration")
class DeployExtrasTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final String IMAGE = """
            {"FunctionName":"%s","PackageType":"Image","Code":{"ImageUri":"team/function:1"},
             "ImageConfig":{"Command":["app.handler"],"WorkingDirectory":"/srv"},"Role":"arn:aws:iam::1:role/x"}""";
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
    @Tag("C2")
    void aFunctionMayBeAnImageAndGetAnotherImageLater() {
        Http.Reply created = create(IMAGE.formatted("image"));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        JsonNode shown = created.json();
        assertThat(shown.get("PackageType").asText()).isEqualTo("Image");
        assertThat(shown.has("Runtime")).isFalse();
        assertThat(shown.has("Handler")).isFalse();
        assertThat(shown.at("/ImageConfigResponse/ImageConfig/Command/0").asText())
                .isEqualTo("app.handler");
        assertThat(latest("image").getRuntime()).isEqualTo("image");
        assertThat(latest("image").getImage().getUri()).isEqualTo("team/function:1");
        assertThat(latest("image").getImage().getWorkingDirectory()).isEqualTo("/srv");

        assertThat(put("/image/code", "{\"ImageUri\":\"team/function:2\"}").status())
                .isEqualTo(200);
        assertThat(put("/image/configuration", "{\"Timeout\":9}").status()).isEqualTo(200);
        assertThat(latest("image").getImage().getUri()).isEqualTo("team/function:2");
        assertThat(latest("image").getImage().getCommand()).containsExactly("app.handler");
        assertThat(bed.http
                        .get(FUNCTIONS + "/image")
                        .json()
                        .at("/Code/ImageUri")
                        .asText())
                .isEqualTo("team/function:2");
        assertThat(put("/image/configuration", "{\"ImageConfig\":{\"EntryPoint\":[\"/run\"]}}")
                        .status())
                .isEqualTo(200);
        assertThat(latest("image").getImage().getEntryPoint()).containsExactly("/run");
        assertThat(latest("image").getImage().getCommand()).isEmpty();
    }

    @Test
    @Tag("C2")
    void whatAnImageCannotHaveIsRefused() {
        String image = IMAGE.formatted("bad-image");
        notAccepted(create(image.replace("\"PackageType\":\"Image\",", "")), "PackageType Image");
        notAccepted(create(image.replace("\"Image\"", "\"Rpm\"")), "Zip or Image");
        notAccepted(create(image.replace("\"Role\"", "\"Handler\":\"a.b\",\"Role\"")), "Handler or Runtime");
        notAccepted(create(image.replace("team/function:1", "a b; rm")), "not an image's name");
        notAccepted(create(image.replace("/srv", "srv")), "absolute path");
        notAccepted(create(image.replace("\"ImageUri\":\"team/function:1\"", "")), "ImageUri is missing");
        create(IMAGE.formatted("stays-image"));
        bed.deploy("stays-zip");
        notAccepted(put("/stays-image/code", zip("z")), "cannot be changed");
        notAccepted(put("/stays-zip/code", "{\"ImageUri\":\"a\"}"), "cannot be changed");
        notAccepted(put("/stays-image/configuration", "{\"Runtime\":\"python3\"}"), "Handler or Runtime");
        notAccepted(put("/stays-zip/configuration", "{\"ImageConfig\":{}}"), "goes with Image only");
    }

    @Test
    @Tag("C7")
    void layersLieOnTheCodeTopicOnceAndAreReplacedAsAWhole() {
        byte[] first = Zips.of("python/a.py", new byte[1]);
        byte[] second = Zips.of("python/b.py", new byte[2]);
        Http.Reply created = create(layered("layered", first, second));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.json().get("Layers")).hasSize(2);
        assertThat(create(layered("also-layered", second, first)).status()).isEqualTo(201);
        List<CodeRef> layers = latest("layered").getLayers();
        assertThat(latest("also-layered").getLayers()).containsExactly(layers.get(1), layers.get(0));
        assertThat(TopicContent.of(bed, bed.topics.code()).stream()
                        .filter(chunk -> chunk.key().startsWith(layers.get(0).getSha256())))
                .hasSize(1);

        String code = latest("layered").getCode().getSha256();
        assertThat(put("/layered/code", "{\"LayerFiles\":[\"%s\"]}".formatted(Zips.base64(second)))
                        .status())
                .isEqualTo(200);
        assertThat(latest("layered").getLayers()).containsExactly(layers.get(1));
        assertThat(latest("layered").getCode().getSha256()).isEqualTo(code);
        assertThat(put("/layered/code", zip("new code")).status()).isEqualTo(200);
        assertThat(latest("layered").getLayers()).containsExactly(layers.get(1));
        assertThat(put("/layered/code", "{\"LayerFiles\":[]}").status()).isEqualTo(200);
        assertThat(latest("layered").getLayers()).isEmpty();
    }

    @Test
    @Tag("C7")
    void layersThatCannotBeAreRefused() {
        byte[] good = Zips.of("a", new byte[1]);
        notAccepted(create(layered("bad", good, "no zip".getBytes(StandardCharsets.UTF_8))), "unzip layer 2");
        notAccepted(create(layered("bad", Zips.of("../a", new byte[1]))), "unzip layer 1");
        notAccepted(create(layered("bad", good, good, good, good, good, good)), "at most 5");
        notAccepted(create(layered("bad", good, new byte[0])), "is empty");
        String byName = Zips.create("bad", good)
                .replace("\"Timeout\"", "\"Layers\":[\"arn:aws:lambda:us-east-1:1:layer:x:1\"],\"Timeout\"");
        notAccepted(create(byName), "not supported");
        // Each of them is small, zipped, and within the limit, unzipped; together they are not.
        byte[] half = Zips.of("zeros", new byte[(int) (Limits.CODE_UNZIPPED_BYTES / 2)]);
        notAccepted(create(layered("bad", half, half)), "combined with layers");
        refused(bed.http.get(FUNCTIONS + "/bad"), 404, "ResourceNotFoundException");
    }

    @Test
    @Tag("C7")
    void aFunctionMayAskForMounts() {
        bed.deploy("mounted");
        Http.Reply changed =
                put("/mounted/configuration", "{\"Mounts\":[{\"Source\":\"/srv/model\",\"Target\":\"/mnt/model\"}]}");
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.json().at("/Mounts/0/Target").asText()).isEqualTo("/mnt/model");
        assertThat(latest("mounted").getMounts()).containsExactly(new ReadOnlyMount("/srv/model", "/mnt/model"));
        for (String mounts : List.of(
                "[{\"Source\":\"srv\",\"Target\":\"/mnt/a\"}]",
                "[{\"Source\":\"/srv\",\"Target\":\"/var/task\"}]",
                "[{\"Source\":\"/srv\",\"Target\":\"/mnt/..\"}]",
                "[{\"Source\":\"/srv\"}]",
                "[null]",
                "[{\"Source\":\"/a\",\"Target\":\"/mnt/a\"},{\"Source\":\"/b\",\"Target\":\"/mnt/a\"}]")) {
            notAccepted(put("/mounted/configuration", "{\"Mounts\":" + mounts + "}"), "ount");
        }
    }

    @ParameterizedTest
    @Tag("C7")
    @ValueSource(
            strings = {
                "_HANDLER",
                "_X_AMZN_TRACE_ID",
                "AWS_REGION",
                "AWS_DEFAULT_REGION",
                "AWS_EXECUTION_ENV",
                "AWS_LAMBDA_FUNCTION_NAME",
                "AWS_LAMBDA_RUNTIME_API",
                "AWS_SESSION_TOKEN",
                "LAMBDA_TASK_ROOT",
                "BERTH_TENANT"
            })
    void aVariableThatContainersGetFromBerthIsRefusedByName(String name) {
        String body = Zips.create("variables", Zips.handler("v")).replace("\"A\":", "\"" + name + "\":");
        notAccepted(create(body), "Reserved keys used in this request: " + name);
    }

    private static void notAccepted(Http.Reply reply, String because) {
        refused(reply, 400, "InvalidParameterValueException");
        assertThat(reply.body()).contains(because);
    }

    private static String layered(String name, byte[]... layers) {
        StringBuilder files = new StringBuilder();
        for (byte[] layer : layers) {
            files.append(files.length() == 0 ? "" : ",")
                    .append('"')
                    .append(Zips.base64(layer))
                    .append('"');
        }
        return Zips.create(name, Zips.handler("x"))
                .replace("\"ZipFile\"", "\"LayerFiles\":[" + files + "],\"ZipFile\"");
    }

    private static String zip(String text) {
        return "{\"ZipFile\":\"%s\"}".formatted(Zips.base64(Zips.handler(text)));
    }

    private static Http.Reply create(String body) {
        return bed.http.post(FUNCTIONS, body);
    }

    private static Http.Reply put(String path, String body) {
        return bed.http.send("PUT", FUNCTIONS + path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static FunctionVersion latest(String name) {
        return TopicContent.last(bed, bed.topics.functions(), "default/" + name)
                .map(FunctionSpec::getLatest)
                .orElseThrow();
    }
}
