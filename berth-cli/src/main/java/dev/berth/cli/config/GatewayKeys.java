package dev.berth.cli.config;

import java.time.Duration;
import java.util.List;

/** What a gateway can be told beyond {@link CommonKeys}. */
public final class GatewayKeys {
    /** The value of {@link CommonKeys#REGISTRY} by which a gateway uses the registry that it serves itself. */
    public static final String OWN_REGISTRY = "own";

    public static final Key<String> REGISTRY = Key.of(
            "registry.url",
            "URL|own",
            CommonKeys.REGISTRY.fallback(),
            "A schema registry with Confluent's API; own: the one that this gateway serves, which then must be the only one, and the"
                    + " others' registry.url is its address. TLS to it is set under registry.ssl., as for Kafka.",
            text -> text.equals(OWN_REGISTRY) ? text : Key.requireUrl(text));
    public static final Key<String> HOST = Key.text(
            "http.host",
            "HOST",
            "127.0.0.1",
            "The address to listen on. In a container, give 0.0.0.0 so that it can be reached.");
    public static final Key<Integer> PORT = Key.port(
            "http.port",
            8080,
            "The port of the API, of the registry, and of /healthz, /readyz and /metrics; 0 takes a free one. With auth=keys,"
                    + " /metrics is told to this machine only.");
    public static final Key<Duration> DRAIN =
            Key.time("drain.timeout", "10s", "How long a stop waits for calls that were accepted.");
    public static final Key<Integer> WAITING = Key.number(
            "http.waiting", 1, 1_000_000, 10_000, "Synchronous invocations that wait at a time; more get 429.");
    public static final Key<Integer> BODIES_MB = Key.number(
            "http.bodies.mb", 1, 65_536, 256, "Memory for the bodies of all requests at a time; more get 429.");

    public static final Key<Door> AUTH = Key.choice(
            "auth",
            Door.class,
            Door.LOOPBACK,
            "Who is let in. keys: callers with a key, which ./berth keys create --data (data.dir) makes; open: whoever reaches the"
                    + " port may do everything; loopback: as open, but refused if http.host is not this machine's own.");

    public static final Key<String> METRICS_HOST = Key.text(
            "metrics.host",
            "HOST",
            "127.0.0.1",
            "Where metrics.port is listened on; 0.0.0.0 for a Prometheus elsewhere.");
    public static final Key<Integer> METRICS_PORT = Key.port(
            "metrics.port",
            0,
            "A second port, without keys, for /metrics, /healthz and /readyz alone: for a Prometheus on another machine when"
                    + " auth=keys. 0 for none.");

    /** Who is let in by a gateway. */
    public enum Door {
        LOOPBACK,
        KEYS,
        OPEN
    }

    static final List<Key<?>> ALL =
            List.of(AUTH, REGISTRY, HOST, PORT, DRAIN, WAITING, BODIES_MB, METRICS_HOST, METRICS_PORT);

    private GatewayKeys() {}
}
