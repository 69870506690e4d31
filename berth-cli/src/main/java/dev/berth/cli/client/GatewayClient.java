package dev.berth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One gateway, over HTTP. Thread-safe. */
public final class GatewayClient {
    /** Longer than Lambda's longest function (15 minutes): the gateway's own limits come first. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(16);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;
    private final Map<String, String> credential;

    /** Without a key. */
    public GatewayClient(String url) {
        this(url, null);
    }

    /**
     * With the API key that a gateway may want.
     *
     * @param url such as {@code http://127.0.0.1:8080}
     * @param apiKey sent as a bearer token; null or empty for none
     */
    public GatewayClient(String url, String apiKey) {
        this.credential = apiKey == null || apiKey.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + apiKey);
        if (!credential.isEmpty() && !apiKey.matches("[!-~]{1,500}")) {
            throw new Failure("The API key has characters that no key has. Give one that berth keys create printed.");
        }
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI uri = URI.create(this.url);
            if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                throw new IllegalArgumentException("no host");
            }
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    "\"" + url + "\" is not an address of a gateway. Give one such as http://127.0.0.1:8080.", e);
        }
    }

    /**
     * What a gateway answered.
     *
     * @param status of HTTP
     * @param body possibly empty
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Answer(int status, HttpHeaders headers, byte[] body) {
        /** A header's first value. */
        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** Whether the status is 2xx. */
        public boolean ok() {
            return status() / 100 == 2;
        }

        /** The body as JSON, or null if it is none. */
        public JsonNode json() {
            try {
                return Json.parse(body());
            } catch (IOException e) {
                return Json.object().nullNode();
            }
        }

        /** Lambda's error type, or empty. */
        public String errorType() {
            return header("x-amzn-errortype")
                    .map(type -> type.replaceFirst("[:#].*", ""))
                    .orElse(json().path("__type").asText(""));
        }

        /** The error's message, or what the status was if it has none. */
        public String message() {
            JsonNode json = json();
            String message = json.path("message").asText(json.path("Message").asText(""));
            return message.isEmpty() ? "the gateway answered with HTTP status " + status() : message;
        }

        /** The error in one line: Lambda's message and type, or the status. */
        public String error() {
            return message() + (errorType().isEmpty() ? "" : " (" + errorType() + ")");
        }
    }

    /**
     * GET as JSON.
     *
     * @throws Failure on any other answer than 2xx
     */
    public JsonNode get(String path) {
        return required(send("GET", path, null, Map.of())).json();
    }

    /**
     * Sends a request and returns any answer.
     *
     * @param body null for none
     * @throws Failure if no gateway answers
     */
    public Answer send(String method, String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(REQUEST_TIMEOUT)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        credential.forEach(request::header);
        headers.forEach(request::header);
        HttpResponse<byte[]> response = exchanged(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    /**
     * A large answer, to be read while it is sent, and closed.
     *
     * @param body breaks off with an {@link IOException} if the gateway does
     */
    public record Streamed(HttpHeaders headers, InputStream body) {
        /** A header's first value. */
        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }
    }

    /**
     * GET of a large answer.
     *
     * @throws Failure on any other answer than 2xx
     */
    public Streamed stream(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        credential.forEach(request::header);
        HttpResponse<InputStream> response = exchanged(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() / 100 == 2) {
            return new Streamed(response.headers(), response.body());
        }
        try (InputStream body = response.body()) {
            throw new Failure(new Answer(response.statusCode(), response.headers(), body.readAllBytes()).error());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private <T> HttpResponse<T> exchanged(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (HttpTimeoutException e) {
            throw new Failure(
                    "The gateway at " + url + " did not answer in time (" + e.getMessage()
                            + "). Its log is in the data folder of ./berth up.",
                    e);
        } catch (ConnectException e) {
            throw new Failure("No gateway answers at " + url + ". Start one with ./berth up, or give --url.", e);
        } catch (IOException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while waiting for " + url, e);
        }
    }

    private Failure failed(IOException e) {
        return new Failure(
                "The connection to the gateway at " + url + " failed: " + Failure.rootMessage(e)
                        + ". Is it a gateway, and is it still running?",
                e);
    }

    /**
     * The answer, if it is 2xx.
     *
     * @throws Failure with the gateway's error otherwise
     */
    public static Answer required(Answer answer) {
        if (!answer.ok()) {
            throw new Failure(answer.error());
        }
        return answer;
    }

    /** A path segment or query value, escaped. */
    public static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
