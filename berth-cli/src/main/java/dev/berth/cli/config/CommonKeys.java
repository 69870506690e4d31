package dev.berth.cli.config;

import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import dev.berth.telemetry.trace.TraceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What each process that needs Kafka can be told. */
public final class CommonKeys {
    public static final Key<String> BOOTSTRAP = Key.text(
            "kafka.bootstrap.servers",
            "HOST:PORT,...",
            "127.0.0.1:9092",
            "Kafka's brokers. Any other setting that all of Kafka's clients have is passed on under kafka., such as"
                    + " kafka.security.protocol, kafka.sasl.mechanism, kafka.sasl.jaas.config, kafka.ssl.truststore.location.");
    public static final Key<String> REGISTRY = Key.url(
            "registry.url",
            "http://127.0.0.1:8081",
            "A schema registry with Confluent's API: your own, that of ./berth broker, or that of one gateway (its address)."
                    + " TLS to it is set under registry.ssl., as for Kafka.");
    public static final Key<String> REGISTRY_USER =
            Key.text("registry.user", "NAME", "", "Who to be to the registry (HTTP Basic); nobody if it is empty.");
    public static final Key<String> REGISTRY_PASSWORD =
            Key.secret("registry.password", "The password to registry.user.");
    public static final Key<String> PREFIX = Key.of(
            "topics.prefix",
            "TEXT",
            TopicCatalogue.DEFAULT_PREFIX,
            "Begins the name of each topic and consumer group, so that installations can share a cluster.",
            CommonKeys::prefix);
    public static final Key<Integer> PARTITIONS = Key.number(
            "topics.partitions",
            1,
            1_000,
            TopicCatalogue.DEFAULT_PARTITIONS,
            "Partitions of the topics keyed by routing key: the most stream threads of all routers that can work. The same for"
                    + " each process of an installation, and never changed, since the pins are divided by it.");
    public static final Key<Integer> SLOTS = Key.number(
            "topics.slots",
            1,
            10_000,
            TopicCatalogue.DEFAULT_SLOTS,
            "Dispatch partitions: the most instances there can be. May grow: change it in each router, and restart them.");
    public static final Key<Integer> REPLICATION = Key.number(
            "topics.replication",
            0,
            100,
            0,
            "Replicas of each topic that is made; 0 leaves it to the broker's default.replication.factor.");
    public static final Key<Boolean> CREATE = Key.flag(
            "topics.create",
            true,
            "Whether missing topics are made at start. With false, make them by ./berth topics create first.");
    public static final Key<Duration> START_WAIT = Key.time(
            "start.wait",
            "60s",
            "How long at start to wait for Kafka and for the registry to answer, before giving up.");
    public static final Key<String> HEALTH_HOST = Key.text(
            "health.host",
            "HOST",
            "127.0.0.1",
            "Where /healthz, /readyz and /metrics are served. In a container, give 0.0.0.0 so that they can be reached.");
    public static final Key<Integer> HEALTH_PORT = Key.port(
            "health.port",
            0,
            "The port of /healthz, /readyz and /metrics; 0 takes a free one, which the ready line names.");
    public static final Key<LogLevel> LOG_LEVEL = Key.choice(
            "log.level",
            LogLevel.class,
            LogLevel.INFO,
            "How much of what Berth does is told on stderr; of its libraries, warnings.");
    public static final Key<LogFormat> LOG_FORMAT = Key.choice(
            "log.format",
            LogFormat.class,
            LogFormat.TEXT,
            "text: a line for people, with its ids as key=value; json: an object a line, with its ids as fields.");
    public static final Key<Integer> METRICS_FUNCTIONS = Key.number(
            "metrics.functions",
            1,
            10_000,
            Telemetry.USUAL_FUNCTIONS,
            "How many functions /metrics tells apart; all that come after these are counted together, under the name other.");
    public static final Key<String> TRACES = Key.of(
            "traces.to",
            "URL|log",
            "",
            "Where spans of invocations go: a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318, or log. Empty: nowhere."
                    + " Routers and gateways make them.",
            text -> new TraceSettings(text, 0).target());
    public static final Key<Double> TRACES_SHARE = Key.of(
            "traces.share",
            "0..1",
            "1",
            "Of invocations that come without a traceparent, for how many a trace is begun. Those that come with one are traced if it says"
                    + " so.",
            text -> {
                double share = Double.parseDouble(text);
                return new TraceSettings("", share).share();
            });
    public static final Key<Path> DATA = Key.folder(
            "data.dir",
            "What the process keeps on disk; no other may use it. Empty: .berth/ of the repository and the part's name, of an"
                    + " executor with its instance id.");

    /** For every process. */
    static final List<Key<?>> PROCESS = List.of(DATA, LOG_LEVEL, LOG_FORMAT, METRICS_FUNCTIONS);
    /** For those that are clients of Kafka. */
    static final List<Key<?>> KAFKA = List.of(
            BOOTSTRAP,
            REGISTRY,
            REGISTRY_USER,
            REGISTRY_PASSWORD,
            PREFIX,
            PARTITIONS,
            SLOTS,
            REPLICATION,
            CREATE,
            START_WAIT,
            TRACES,
            TRACES_SHARE);
    /** For those that have no port of their own. */
    static final List<Key<?>> HEALTH = List.of(HEALTH_HOST, HEALTH_PORT);

    private CommonKeys() {}

    private static String prefix(String text) {
        if (!text.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("must be 1 to 100 letters, digits, dots, hyphens or underscores");
        }
        return text;
    }
}
