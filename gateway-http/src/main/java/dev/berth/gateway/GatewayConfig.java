package dev.berth.gateway;

import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How a gateway is set up. Kafka's address comes with {@link Gateway#connect}, as the broker may start after the port is open.
 *
 * @param host to listen on; {@code 127.0.0.1} keeps it on this machine
 * @param port 0 takes a free one
 * @param dataDir for the registry's ids and the views; kept across restarts
 * @param replyPartition of the replies topic; empty takes one at random, which spreads gateways over the partitions
 * @param auth whether callers need a key; the keys are in the data directory, see {@link dev.berth.gateway.auth.KeyFile}
 * @param telemetry what it counts with, and shows under {@code /metrics}
 */
public record GatewayConfig(
        String host,
        int port,
        TopicCatalogue topics,
        Path dataDir,
        OptionalInt replyPartition,
        Bounds bounds,
        boolean auth,
        Telemetry telemetry) {

    /**
     * How much and how long at most.
     *
     * @param waitingInvocations synchronous invocations that wait at a time; more get 429
     * @param bodyBytes of requests in memory at a time, all together; more get 429
     * @param bodyMs for a client to send one body
     * @param idleMs for a connection without a request, or with headers that do not end
     * @param startMs that an invocation may wait for a container, beyond its function's timeout
     * @param connectMs for Kafka to answer and the views to catch up
     * @param closeMs to finish what was accepted
     */
    public record Bounds(
            int waitingInvocations,
            long bodyBytes,
            long bodyMs,
            long idleMs,
            int startMs,
            long connectMs,
            long closeMs) {
        /** 10,000 waiting, 256 MB of bodies, 30 s a body, 75 s idle, 30 s to a container, 60 s to connect, 10 s to close. */
        public static Bounds defaults() {
            return new Bounds(10_000, 256L * 1024 * 1024, 30_000, 75_000, 30_000, 60_000, 10_000);
        }

        public Bounds {
            if (waitingInvocations < 1
                    || bodyBytes < 1
                    || bodyMs < 1
                    || idleMs < 1
                    || startMs < 0
                    || connectMs < 1
                    || closeMs < 0) {
                throw new IllegalArgumentException("A bound of the gateway is not positive. Give numbers over 0: "
                        + "waitingInvocations=" + waitingInvocations + " bodyBytes=" + bodyBytes + " bodyMs=" + bodyMs
                        + " idleMs=" + idleMs + " startMs=" + startMs + " connectMs=" + connectMs + " closeMs="
                        + closeMs);
            }
        }
    }

    public GatewayConfig {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(dataDir, "dataDir");
        Objects.requireNonNull(telemetry, "telemetry");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port=" + port + " is no port. Give one from 0 (any free one) to 65535.");
        }
    }

    /** Without keys: callers are believed. */
    public GatewayConfig(
            String host, int port, TopicCatalogue topics, Path dataDir, OptionalInt replyPartition, Bounds bounds) {
        this(host, port, topics, dataDir, replyPartition, bounds, false, Telemetry.none());
    }

    /** Without keys, with any reply partition and the default bounds. */
    public GatewayConfig(String host, int port, TopicCatalogue topics, Path dataDir) {
        this(host, port, topics, dataDir, OptionalInt.empty(), Bounds.defaults());
    }
}
