package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.cli.local.Ports;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.telemetry.Telemetry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Says over HTTP how a process is: {@code /healthz} 200 as long as it answers at all (else start it again), {@code /readyz} 200
 * if it works and 503 with what is missing if it does not. Tells Prometheus what it counts under {@code /metrics}.
 */
final class HealthServer implements AutoCloseable {
    private static final int THREADS = 2;

    static {
        // A client that sends its request letter by letter must not hold one of the few threads for ever. Seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
    }

    /**
     * Where to listen.
     *
     * @param keys what the names of the settings begin with
     */
    record Address(String keys, String host, int port) {}

    private final HttpServer server;
    private final ExecutorService threads;
    private final String host;

    private HealthServer(HttpServer server, ExecutorService threads, String host) {
        this.server = server;
        this.threads = threads;
        this.host = host;
    }

    /**
     * Listens.
     *
     * @param where the address, and what the keys that set it begin with
     * @param problems what keeps the process from working now; called by this server's threads
     * @param telemetry what the process counts
     * @throws Failure if the port is taken
     */
    static HealthServer listen(Address where, Supplier<List<String>> problems, Telemetry telemetry) {
        String host = where.host();
        int port = where.port();
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new Failure(
                    "The address " + where.keys() + ".host=" + host + " is not known. Give one of this machine.");
        }
        Ports.requireFree(address.getAddress(), port, where.keys() + ".port", "/healthz, /readyz and /metrics");
        try {
            HttpServer server = HttpServer.create(address, 0);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
                Thread thread = new Thread(task, "berth-health");
                thread.setDaemon(true);
                return thread;
            });
            server.setExecutor(threads);
            server.createContext(
                    "/",
                    exchange -> answer(
                            exchange, 404, Json.object().put("message", "There is /healthz, /readyz and /metrics.")));
            server.createContext(
                    "/healthz", exchange -> answer(exchange, 200, Json.object().put("status", "ok")));
            server.createContext("/readyz", exchange -> ready(exchange, problems.get()));
            server.createContext("/metrics", exchange -> metrics(exchange, telemetry));
            server.start();
            return new HealthServer(server, threads, host);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.TAKEN,
                    "/healthz cannot be served on " + host + ":" + port + " (" + e.getMessage() + "). Set "
                            + where.keys() + ".host and " + where.keys() + ".port.",
                    e);
        }
    }

    /** Where it listens. */
    String url() {
        String shown = host.equals("0.0.0.0") ? "127.0.0.1" : host;
        return "http://" + shown + ":" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void metrics(HttpExchange exchange, Telemetry telemetry) throws IOException {
        byte[] body = telemetry.scrape().orElse("").getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", Telemetry.CONTENT_TYPE);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void ready(HttpExchange exchange, List<String> problems) throws IOException {
        ObjectNode json = Json.object().put("status", problems.isEmpty() ? "ok" : "not ready");
        problems.forEach(json.putArray("missing")::add);
        answer(exchange, problems.isEmpty() ? 200 : 503, json);
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode json) throws IOException {
        byte[] body = Json.line(json).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
