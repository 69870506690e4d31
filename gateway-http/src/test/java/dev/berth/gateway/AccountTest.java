package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.Zips;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a tenant has: its functions with their versions and tags, and the figures of its account. */
@Tag("integration")
@Tag("A1")
@Timeout(120)
class AccountTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";

    @TempDir
    private static Path data;

    private static GatewayBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = GatewayBed.start(data);
        for (String name : List.of("a", "ab", "abc", "b")) {
            assertThat(bed.deploy(name).status()).isEqualTo(201);
        }
        publish("ab", 1);
        publish("ab", 2);
        publish("b", 1);
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    void allVersionsAreListedFunctionByFunctionWhateverTheSizeOfThePages() {
        List<String> expected = List.of("a:$LATEST", "ab:$LATEST", "ab:1", "ab:2", "abc:$LATEST", "b:$LATEST", "b:1");
        for (int items = 1; items <= 8; items++) {
            assertThat(listed("FunctionVersion=ALL&MaxItems=" + items)).isEqualTo(expected);
        }
        assertThat(listed("MaxItems=3")).containsExactly("a:$LATEST", "ab:$LATEST", "abc:$LATEST", "b:$LATEST");
        assertThat(bed.http
                        .get(FUNCTIONS + "?FunctionVersion=ALL")
                        .json()
                        .at("/Functions/2/FunctionArn")
                        .asText())
                .endsWith(":function:ab:1");
    }

    @Test
    void aListThatIsAskedForWronglyIsRefused() {
        refused(bed.http.get(FUNCTIONS + "?FunctionVersion=1"));
        refused(bed.http.get(FUNCTIONS + "?FunctionVersion=ALL&Marker=YWI6eA=="));
        assertThat(bed.http.get(FUNCTIONS + "?FunctionVersion=ALL&Marker=OjE=").status())
                .isEqualTo(200);
    }

    @Test
    void theAccountsFiguresAreThoseOfTheTenantAndTheFleet() {
        assertThat(bed.http
                        .send(
                                "PUT",
                                "/2017-10-31/functions/a/concurrency",
                                "{\"ReservedConcurrentExecutions\":3}".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);

        JsonNode mine = bed.http.get("/2016-08-19/account-settings").json();

        long size = bed.http
                .get(FUNCTIONS + "/a")
                .json()
                .at("/Configuration/CodeSize")
                .asLong();
        assertThat(mine.at("/AccountUsage/FunctionCount").asInt()).isGreaterThanOrEqualTo(4);
        assertThat(mine.at("/AccountUsage/TotalCodeSize").asLong()).isGreaterThanOrEqualTo(7 * size);
        assertThat(mine.at("/AccountLimit/ConcurrentExecutions").asInt())
                .as("no instance lives here")
                .isZero();
        assertThat(mine.at("/AccountLimit/UnreservedConcurrentExecutions").asInt())
                .isZero();
        assertThat(mine.at("/AccountLimit/CodeSizeZipped").asInt()).isEqualTo(50 * 1024 * 1024);
    }

    @Test
    void tagsCanComeWithAFunctionAndAreCheckedBeforeItIsMade() {
        Http.Reply made = bed.http.post(FUNCTIONS, tagged("tagged", "{\"team\":\"a\"}"));

        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(bed.http.get(FUNCTIONS + "/tagged").json().at("/Tags/team").asText())
                .isEqualTo("a");
        refused(bed.http.post(FUNCTIONS, tagged("untagged", "{\"\":\"a\"}")));
        refused(bed.http.post(FUNCTIONS, tagged("untagged", "{\"k\":\"" + "v".repeat(257) + "\"}")));
        assertThat(bed.http.get(FUNCTIONS + "/untagged").status()).isEqualTo(404);
        bed.http.send("DELETE", FUNCTIONS + "/tagged", null);
    }

    private static List<String> listed(String query) {
        List<String> rows = new ArrayList<>();
        String marker = "";
        do {
            JsonNode page = bed.http.get(FUNCTIONS + "?" + query + marker).json();
            page.path("Functions")
                    .forEach(row -> rows.add(row.path("FunctionName").asText() + ":"
                            + row.path("Version").asText()));
            marker = page.has("NextMarker")
                    ? "&Marker=" + page.path("NextMarker").asText()
                    : "";
        } while (!marker.isEmpty());
        rows.removeIf(row -> row.startsWith("tagged:"));
        return rows;
    }

    private static void publish(String name, int number) {
        bed.http.send(
                "PUT",
                FUNCTIONS + "/" + name + "/configuration",
                ("{\"Timeout\":" + (10 + number) + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(bed.http.post(FUNCTIONS + "/" + name + "/versions", "{}").status())
                .isEqualTo(201);
    }

    private static String tagged(String name, String tags) {
        ObjectNode body = (ObjectNode) Http.parse(Zips.create(name, Zips.handler("def handler(e, c): return e")));
        body.set("Tags", Http.parse(tags));
        return body.toString();
    }

    private static void refused(Http.Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.header("X-Amzn-ErrorType")).isEqualTo("InvalidParameterValueException");
    }
}
