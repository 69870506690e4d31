package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.LocalBerth;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a real Berth; its pictures are in {@code target/page}. */
@Tag("integration")
@Tag("O3")
@Timeout(180)
class PageTest {
    private static final String SKIPPED =
            "SKIPPED: there is no Chromium (Debian: apt-get install chromium), so the page was not looked at";
    private static final Path PICTURES = Path.of("target/page");
    private static final List<String> VIEWS =
            List.of("overview", "keys", "invocation", "jobs", "functions", "triggers", "replays", "dead-letters");

    @TempDir
    private static Path folder;

    private static RunningBerth berth;
    private static Stage stage;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> executable = Chromium.installed();
        if (executable.isEmpty()) {
            System.err.println("*** " + SKIPPED + " ***");
        }
        assumeTrue(executable.isPresent(), SKIPPED);
        berth = new RunningBerth(folder.resolve("data"));
        stage = new Stage(berth, folder);
        stage.deploy("seen");
        chromium = new Chromium(executable.get(), folder.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (berth != null) {
            berth.close();
        }
    }

    @BeforeEach
    void onADesk() {
        chromium.screen(1280, 900);
        chromium.prefers("light");
    }

    @AfterEach
    void noScriptFailedAndNothingWasForbidden() {
        assertThat(chromium.problems()).isEmpty();
    }

    @Test
    void theFleetIsSeenAsItChanges() throws Exception {
        open("overview");
        chromium.awaitTrue("document.querySelectorAll('.tile').length === 2");
        Stage.Held held = stage.hold("seen", "seen", "--key", "live");
        chromium.awaitTrue("[...document.querySelectorAll('.tile')].some(each => each.ariaLabel.includes('1 busy'))");
        chromium.awaitText("[data-figure=Running]", "1 of");
        held.release();
        String id = id(held.answer().join());

        chromium.awaitTrue("[...document.querySelectorAll('.tile')].every(each => !each.ariaLabel.includes('busy'))"
                + " && [...document.querySelectorAll('.tile')].some(each => each.ariaLabel.includes('1 idle'))");
        chromium.awaitTrue("document.querySelector('main a[href$=\"" + id + "\"]')");
        chromium.awaitText("[aria-label='Keys used most'] td", "live");
        chromium.awaitTrue("Number(document.querySelector('[data-figure=\"Keys pinned\"]').innerText) > 0");
        chromium.picture(PICTURES.resolve("overview-light.png"));
    }

    @Test
    void aPinIsFoundByAPartOfItsKeyAndToldWhereItsNextInvocationWouldRun() throws Exception {
        String container = Stage.container(stage.invoke("seen", "{}", "--key", "findable-1"));
        stage.invoke("seen", "{}", "--key", "another");
        open("keys");
        chromium.awaitText("[aria-label='Pinned keys'] td", "another");
        chromium.click("input[type=search]");
        chromium.type("ABLE-1");
        chromium.awaitTrue("document.querySelectorAll('[aria-label=\"Pinned keys\"] tbody tr').length === 1");
        assertThat(chromium.evaluate(
                                "document.querySelector('[aria-label=\"Pinned keys\"] tbody a[title*=keys]').title")
                        .asText())
                .startsWith(container);
        chromium.picture(PICTURES.resolve("keys.png"));

        chromium.click("[aria-label='Pinned keys'] tbody a");
        chromium.awaitText(".story", "Key findable-1 is pinned to instance");
        assertThat(chromium.text("h1")).isEqualTo("findable-1");
    }

    @Test
    void anInvocationIsExplainedWithItsStagesAndTheChosenCandidate() throws Exception {
        stage.invoke("seen", "{}", "--key", "told");
        JsonNode warm = stage.invoke("seen", "{}", "--key", "told");
        open("invocation/" + id(warm));
        chromium.awaitTrue("document.querySelector('[data-told]')");
        assertThat(chromium.text(".story"))
                .contains("Key told is pinned to container " + Stage.container(warm), "it was idle")
                .contains("It waited");
        String instance = warm.path("route").path("instance").asText();
        assertThat(chromium.text("tr.chosen")).contains(instance, "(chosen)");
        chromium.awaitTrue("document.querySelectorAll('[data-stage]').length >= 3");
        assertThat(chromium.evaluate("[...document.querySelectorAll('[data-stage]')].map(each => each.dataset.stage)")
                        .toString())
                .contains("Routing", "On its way", "Running");
        chromium.picture(PICTURES.resolve("invocation.png"));

        open("invocation/there-is-none");
        chromium.awaitText("main [role=alert]", "there-is-none");
    }

    @Test
    void jobsAreListedByTheirStatusAndOneCanBeCancelled() throws Exception {
        String done =
                berth.run("invoke", "seen", "--async", "--payload", "{}").out().strip();
        String waiting = berth.run("invoke", "seen", "--async", "--payload", "{}", "--delay", "1h")
                .out()
                .strip();
        open("jobs");
        chromium.awaitTrue(row(done) + "?.innerText.includes('succeeded')");
        chromium.awaitTrue(row(waiting) + "?.innerText.includes('delayed')");
        chromium.picture(PICTURES.resolve("jobs.png"));
        chromium.evaluate("window.confirm = () => true");
        chromium.click("[data-cancel='" + waiting + "']");
        chromium.awaitTrue(row(waiting) + "?.innerText.includes('cancelled')");

        open("jobs?status=succeeded");
        chromium.awaitTrue(row(done));
        assertThat(chromium.evaluate(row(waiting) + " === undefined").asBoolean())
                .isTrue();
    }

    @Test
    void itIsDarkWhereTheSystemIsUnlessSomebodyChose() throws Exception {
        open("overview");
        double light = brightness();
        chromium.prefers("dark");
        double dark = brightness();
        assertThat(light).isGreaterThan(200);
        assertThat(dark).isLessThan(60);
        chromium.picture(PICTURES.resolve("overview-dark.png"));
        chromium.press("t");
        assertThat(brightness()).as("light was chosen").isEqualTo(light);
        open("jobs");
        assertThat(brightness()).as("and stays so").isEqualTo(light);
        chromium.press("t");
        chromium.prefers("light");
        assertThat(brightness()).as("dark was chosen").isEqualTo(dark);
        chromium.press("t");
        assertThat(brightness()).as("as the system has it again").isEqualTo(light);
    }

    @Test
    void nothingIsWiderThanAPhone() throws Exception {
        String id = id(stage.invoke("seen", "{}", "--key", "a-long-key-without-a-place-to-break-0123456789"));
        chromium.screen(360, 740);
        for (String view : VIEWS) {
            narrow(view);
        }
        narrow("invocation/" + id);
        narrow("function/seen");
        narrow("instance/local-1");
        narrow("key/seen?key=a-long-key-without-a-place-to-break-0123456789");
    }

    @Test
    void theKeyboardReachesEverything() {
        open("overview");
        chromium.press("?");
        chromium.awaitTrue("document.getElementById('help-dialog').open");
        chromium.press("Escape");
        chromium.awaitTrue("!document.getElementById('help-dialog').open");
        for (String view : List.of("keys", "jobs", "functions", "overview")) {
            chromium.press("g");
            chromium.press(view.substring(0, 1));
            chromium.awaitTrue("location.hash === '#/" + view + "'");
            assertThat(chromium.text("nav [aria-current=page]").toLowerCase(Locale.ROOT))
                    .startsWith(view);
        }
        chromium.press("/");
        chromium.awaitTrue("document.activeElement?.type === 'search'");
        chromium.press("Escape");

        open("overview");
        chromium.press("Tab");
        assertThat(chromium.evaluate("document.activeElement.className").asText())
                .isEqualTo("skip");
        chromium.press("Tab");
        chromium.press("Tab");
        chromium.press("Tab");
        assertThat(chromium.evaluate("document.activeElement.hash").asText()).isEqualTo("#/keys");
        assertThat(chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                        .asText())
                .isEqualTo("solid");
        chromium.press("Enter");
        chromium.awaitTrue("location.hash === '#/keys'");
    }

    @Test
    void aLargeFleetBehindKeysIsShownAndFollowedOverARestart() throws Exception {
        Path data = folder.resolve("played");
        String key = Ran.berth("keys", "create", "--tenant", "default", "--data", data.toString(), "--json")
                .json()
                .path("apiKey")
                .asText();
        try (PlayedGateway played = new PlayedGateway(berth.berth().kafka(), LocalBerth.gatewayDir(data))) {
            played.instances(10, 100, 50);
            played.pins(100_000);
            chromium.open(played.page());
            chromium.awaitTrue("document.getElementById('caller-dialog').open");
            assertThat(chromium.text("#caller-dialog")).contains("This gateway wants an API key");
            chromium.type("berth_no_such_key");
            chromium.press("Enter");
            chromium.awaitText("#caller-dialog[open]", "does not take this API key");
            chromium.evaluate("document.getElementById('api-key').select()");
            chromium.type(key);
            chromium.press("Enter");

            chromium.awaitTrue("document.querySelectorAll('.tile').length === 10");
            assertThat(cells()).isEqualTo(1_000);
            chromium.awaitTrue(
                    "document.querySelector('[data-figure=\"Keys pinned\"]').innerText.replace(/\\D/g, '') === '100000'");
            for (int busy = 51; busy <= 60; busy++) {
                played.instances(10, 100, busy);
                chromium.awaitText("[data-figure=Running]", (10 * busy) + " of");
                chromium.awaitPainted();
            }
            assertThat(chromium.evaluate("document.querySelector('.tile').ariaLabel")
                            .asText())
                    .contains("60 busy, 40 idle");
            chromium.picture(PICTURES.resolve("a-thousand-containers.png"));

            chromium.evaluate("location.hash = '#/keys'");
            chromium.awaitText("main [role=status]", "100 keys, and there are more");
            chromium.click("input[type=search]");
            chromium.type("customer-9876");
            chromium.awaitText("main [role=status]", "11 keys");
            chromium.picture(PICTURES.resolve("a-hundred-thousand-pins.png"));

            played.restart(
                    () -> chromium.awaitTrue("document.getElementById('connection').innerText === 'Reconnecting'"));
            chromium.awaitTrue("document.getElementById('connection').innerText === 'Live'");
            chromium.evaluate("location.hash = '#/overview'");
            chromium.awaitTrue("document.querySelectorAll('.tile').length === 10");
        }
    }

    private static void open(String view) {
        chromium.open(berth.berth().gatewayUrl() + "/ui/#/" + view);
        chromium.awaitTrue("document.getElementById('connection').innerText.startsWith('Live')");
    }

    private static void narrow(String view) throws Exception {
        open(view);
        chromium.awaitPainted();
        assertThat(chromium.evaluate("document.documentElement.scrollWidth").asInt())
                .as(view)
                .isLessThanOrEqualTo(360);
        chromium.picture(PICTURES.resolve("phone-" + view.replaceAll("[/?].*", "-one") + ".png"));
    }

    /** Of the ground, from 0 to 255. */
    private static double brightness() {
        chromium.awaitPainted();
        return chromium.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g)"
                        + ".slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3")
                .asDouble();
    }

    private static int cells() {
        return chromium.evaluate(
                        "[...document.querySelectorAll('.tile')].reduce((sum, each) => sum + Number(each.dataset.cells), 0)")
                .asInt();
    }

    private static String row(String id) {
        return "[...document.querySelectorAll('[aria-label=Jobs] tbody tr')].find(each => each.dataset.key === '" + id
                + "')";
    }

    private static String id(JsonNode answer) {
        return answer.path("id").asText();
    }
}
