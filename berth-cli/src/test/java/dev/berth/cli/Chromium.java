package dev.berth.cli;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** One page of a headless Chromium, by its DevTools protocol over the JDK's web socket. */
final class Chromium implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long CLOSE_S = 10;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("ws://127\\.0\\.0\\.1:(\\d+)/\\S+");
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--remote-debugging-port=0");

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> notLoaded = new CopyOnWriteArrayList<>();

    /** Where it is installed, if it is. */
    static Optional<Path> installed() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param profile an empty folder of its own */
    Chromium(Path executable, Path profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(FLAGS);
        command.add("--user-data-dir=" + profile);
        command.add("about:blank");
        this.process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int port = port(process);
            String page = JSON
                    .readTree(get("http://127.0.0.1:" + port + "/json/list"))
                    .findValuesAsText("webSocketDebuggerUrl")
                    .stream()
                    .filter(address -> address.contains("/page/"))
                    .findFirst()
                    .orElseThrow();
            this.socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create(page), new Listener())
                    .join();
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
    }

    /** Goes to an address, anew even if it is the same but for what is behind #. */
    void open(String url) {
        call("Page.navigate", Map.of("url", "about:blank"));
        awaitTrue("location.href === 'about:blank'");
        call("Page.navigate", Map.of("url", url));
        awaitTrue("location.href.startsWith('http') && document.readyState === 'complete'");
    }

    /** The value of an expression; of a promise, what it comes to. */
    JsonNode evaluate(String expression) {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** What a person reads in the first element of a selector; empty if there is none. */
    String text(String selector) {
        return evaluate("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .asText();
    }

    /** Waits until an expression is true; if it does not come true, says what the page looked like. */
    void awaitTrue(String expression) {
        try {
            await(expression)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        try {
                            return evaluate("Boolean(" + expression + ")").asBoolean();
                        } catch (IllegalStateException leaving) {
                            return false;
                        }
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "Not true in time: " + expression + "\nproblems: " + problems + "\nnot loaded: " + notLoaded
                            + "\npage: "
                            + evaluate("location.href + ' ' + document.readyState + ' ' + document.body.innerText"),
                    e);
        }
    }

    /** Waits until an element of a selector holds a text. */
    void awaitText(String selector, String text) {
        awaitTrue("[...document.querySelectorAll(" + quoted(selector) + ")].some(each => each.textContent.includes("
                + quoted(text) + "))");
    }

    /** Clicks where the middle of an element is. */
    void click(String selector) {
        JsonNode box = evaluate("(() => { const each = document.querySelector(" + quoted(selector)
                + "); each.scrollIntoView({block: 'center'}); const box = each.getBoundingClientRect();"
                + " return [box.x + box.width / 2, box.y + box.height / 2]; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            box.path(0).asDouble(),
                            "y",
                            box.path(1).asDouble(),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    /** Types into what has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Presses a key: one character, or a name such as Tab, Enter or Escape. */
    void press(String key) {
        int code = Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowLeft", 37)
                .getOrDefault(key, (int) Character.toUpperCase(key.charAt(0)));
        String typed = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
        ObjectNode down = JSON.createObjectNode().put("key", key).put("windowsVirtualKeyCode", code);
        call("Input.dispatchKeyEvent", down.deepCopy().put("type", "keyDown").put("text", typed));
        call("Input.dispatchKeyEvent", down.put("type", "keyUp"));
    }

    /** A screen of so many pixels. */
    void screen(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** What the system prefers: light or dark. */
    void prefers(String scheme) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Waits until the screen has been painted once more, then keeps a picture of the whole page. */
    void picture(Path file) throws IOException {
        awaitPainted();
        JsonNode taken = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(taken.path("data").asText()));
    }

    /** Waits until a frame has been drawn. */
    void awaitPainted() {
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    /** Errors of scripts, and what the page's own policy forbade, since it was asked last. */
    List<String> problems() {
        List<String> all = List.copyOf(problems);
        problems.clear();
        return all;
    }

    /** Asks it to end, so that it takes away what it keeps in other folders; makes it, if it does not. */
    @Override
    public void close() {
        socket.sendText("{\"id\":0,\"method\":\"Browser.close\"}", true);
        try {
            process.onExit().orTimeout(CLOSE_S, TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process.onExit().join();
        }
        socket.abort();
    }

    static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    private JsonNode call(String method, Object parameters) {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        open.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private String get(String url) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** It says on its standard error where it listens; what it says later is read and dropped. */
    private static int port(Process process) throws IOException {
        BufferedReader said = process.errorReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                Thread rest = new Thread(() -> said.lines().forEach(dropped -> {}), "chromium-stderr");
                rest.setDaemon(true);
                rest.start();
                return Integer.parseInt(address.group(1));
            }
        }
        throw new IOException("Chromium ended without saying where it listens");
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String message) {
            try {
                JsonNode json = JSON.readTree(message);
                if (json.has("id")) {
                    Optional.ofNullable(open.remove(json.path("id").asInt()))
                            .ifPresent(asked -> asked.complete(json.path("result")));
                } else if (json.path("method").asText().equals("Runtime.exceptionThrown")) {
                    problems.add(json.path("params").path("exceptionDetails").toString());
                } else if (json.path("method").asText().equals("Log.entryAdded")) {
                    JsonNode entry = json.path("params").path("entry");
                    // That an answer was a refusal, or did not come, is for the page to tell.
                    boolean network = entry.path("source").asText().equals("network");
                    if (entry.path("level").asText().equals("error")) {
                        (network ? notLoaded : problems)
                                .add(entry.path("text").asText() + " "
                                        + entry.path("url").asText());
                    }
                }
            } catch (IOException e) {
                problems.add(e.toString());
            }
        }
    }
}
