package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Steady work for a Berth that is being hurt: synchronous calls of a few keys, asynchronous jobs of others, and jobs of an ordered
 * function, each key by a client of its own that goes to the next gateway when one does not answer.
 *
 * <p>Remembers what was accepted. What a client did not hear of may run or not, and is not counted.
 */
final class ChaosLoad implements AutoCloseable {
    static final List<String> FUNCTIONS = List.of("calls", "jobs", "line");
    private static final int CALL_KEYS = 6;
    private static final int JOB_KEYS = 4;
    private static final int LINE_KEYS = 3;
    private static final long PAUSE_MS = 250;
    private static final Duration CALL_PATIENCE = Duration.ofSeconds(10);

    private final List<String> gateways;
    private final Path notes;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Set<String> calls = ConcurrentHashMap.newKeySet();
    private final Set<String> jobs = ConcurrentHashMap.newKeySet();
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> goodSentNs = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentSkipListMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Thread> clients = new ArrayList<>();

    /**
     * @param gateways their addresses
     * @param notes a file to which the ordered function writes each run: its key and the job's number
     */
    ChaosLoad(List<String> gateways, Path notes) {
        this.gateways = gateways;
        this.notes = notes;
    }

    void start() {
        client("call", CALL_KEYS, this::call);
        client(
                "job",
                JOB_KEYS,
                (key, n) -> job("jobs", key, n, Json.object().put("n", n).put("ms", n % 40)));
        client(
                "line",
                LINE_KEYS,
                (key, n) -> job(
                        "line",
                        key,
                        n,
                        Json.object().put("n", n).put("key", key).put("notes", notes.toString())));
    }

    /** Ids of the calls that were answered by their function. */
    Set<String> calls() {
        return calls;
    }

    /**
     * Jobs, each as its key and number, of which nobody knows whether they were accepted: a gateway that slept may publish one after its
     * client went on to the next.
     */
    Set<String> unanswered() {
        return unanswered;
    }

    /** Ids of the jobs that were accepted. */
    Set<String> jobs() {
        return jobs;
    }

    /** Requests that were refused or not answered, so far, by what came instead. */
    Map<String, Integer> failures() {
        return failures;
    }

    /** How many these are. */
    int failed() {
        return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether every key has been served by a request that was sent after a moment of {@link System#nanoTime}. */
    boolean servedAllSince(long momentNs) {
        return goodSentNs.size() == CALL_KEYS + JOB_KEYS + LINE_KEYS
                && goodSentNs.values().stream().allMatch(sentNs -> sentNs - momentNs > 0);
    }

    /** The keys that have not been served since, with their functions. */
    Set<String> notServedSince(long momentNs) {
        return goodSentNs.entrySet().stream()
                .filter(entry -> entry.getValue() - momentNs <= 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Lets what was begun end. */
    @Override
    public void close() {
        ended.countDown();
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Request {
        /** Whether it was served. */
        boolean send(String key, int n) throws IOException, InterruptedException;
    }

    private void client(String name, int keys, Request request) {
        for (int k = 0; k < keys; k++) {
            String key = name + k;
            Thread client = new Thread(() -> run(key, request), "client-of-" + key);
            client.start();
            clients.add(client);
        }
    }

    private void run(String key, Request request) {
        try {
            for (int n = 0; !ended.await(PAUSE_MS, TimeUnit.MILLISECONDS); n++) {
                long sentNs = System.nanoTime();
                if (request.send(key, n)) {
                    goodSentNs.put(key, sentNs);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean call(String key, int n) throws InterruptedException {
        HttpResponse<byte[]> answer =
                post(n, "/2015-03-31/functions/calls/invocations", Json.object().put("n", n), "X-Berth-Key", key);
        if (answer == null) {
            return false;
        }
        calls.add(answer.headers().firstValue("X-Amzn-RequestId").orElseThrow());
        Optional<String> error = answer.headers().firstValue("X-Amz-Function-Error");
        error.ifPresent(type -> failed(type + " " + new String(answer.body(), StandardCharsets.UTF_8)));
        return error.isEmpty();
    }

    private boolean job(String function, String key, int n, ObjectNode payload)
            throws IOException, InterruptedException {
        ObjectNode job = Json.object().put("function", function).put("key", key);
        job.set("payload", payload);
        HttpResponse<byte[]> answer = post(n, "/jobs", job);
        if (answer == null) {
            unanswered.add(key + " " + n);
            return false;
        }
        jobs.add(Json.parse(answer.body()).path("id").asText());
        return true;
    }

    /** Null if the gateway refuses or does not answer; the next request of the client goes to the other. */
    private HttpResponse<byte[]> post(int n, String path, ObjectNode body, String... headers)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateways.get(n % gateways.size()) + path))
                .timeout(CALL_PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200 || answer.statusCode() == 202) {
                return answer;
            }
            failed(path + " " + answer.statusCode()
                    + answer.headers()
                            .firstValue("X-Amzn-ErrorType")
                            .map(type -> " " + type)
                            .orElse(""));
        } catch (IOException hurt) {
            failed(hurt.getClass().getSimpleName());
        }
        return null;
    }

    private void failed(String how) {
        failures.merge(how, 1, Integer::sum);
    }
}
