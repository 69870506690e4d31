package dev.berth.cli.process;

import dev.berth.cli.config.CommonKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.text.Failure;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.RegistryAccess;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka cluster and the registry that a process was told of. Waits for both at start: a supervisor starts everything at once,
 * and the order in which things come up should not matter. What waiting cannot mend is said at once.
 */
public final class Surroundings {
    private static final Logger log = LoggerFactory.getLogger(Surroundings.class);
    private static final Duration ONE_TRY = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 1_000;

    private final Settings settings;
    private final KafkaSettings kafka;
    private final TopicCatalogue topics;
    private final RegistryAccess registry;
    private final Consumer<String> progress;
    private final long deadlineNs;

    private Surroundings(Settings settings, String registryUrl, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
        this.kafka = new KafkaSettings(settings.get(CommonKeys.BOOTSTRAP), settings.kafka());
        int replication = settings.get(CommonKeys.REPLICATION);
        this.topics = new TopicCatalogue(
                settings.get(CommonKeys.PREFIX),
                settings.get(CommonKeys.PARTITIONS),
                settings.get(CommonKeys.SLOTS),
                (short) (replication == 0 ? -1 : replication));
        this.registry = new RegistryAccess(
                registryUrl,
                settings.get(CommonKeys.REGISTRY_USER),
                settings.get(CommonKeys.REGISTRY_PASSWORD),
                settings.registryTls());
        this.deadlineNs =
                System.nanoTime() + settings.get(CommonKeys.START_WAIT).toNanos();
    }

    /** The topics as they are configured. */
    public static TopicCatalogue topics(Settings settings) {
        return new Surroundings(settings, "", line -> {}).topics;
    }

    /**
     * Waits for both, and makes the topics if that is wanted.
     *
     * @param registryUrl of the registry
     * @param telemetry of the process
     * @param progress told what is being waited for
     * @throws Failure if they do not answer in time, or refuse
     */
    public static Assembly await(
            Settings settings, String registryUrl, Telemetry telemetry, Consumer<String> progress) {
        Surroundings surroundings = new Surroundings(settings, registryUrl, progress);
        surroundings.awaitKafka();
        SchemaRegistry schemas = surroundings.awaitRegistry();
        Assembly assembly = new Assembly(surroundings.kafka, schemas, surroundings.topics, telemetry);
        if (settings.get(CommonKeys.CREATE)) {
            progress.accept("topics: looking which there are");
            install(assembly);
        }
        RightsCheck.run(settings.role(), surroundings.kafka, surroundings.topics);
        return assembly;
    }

    /**
     * Waits for Kafka, and makes the topics whatever {@link CommonKeys#CREATE} says.
     *
     * @throws Failure if Kafka does not answer in time, or refuses
     */
    public static void installTopics(Settings settings, Consumer<String> progress) {
        Surroundings surroundings = new Surroundings(settings, settings.get(CommonKeys.REGISTRY), progress);
        surroundings.awaitKafka();
        install(new Assembly(surroundings.kafka, null, surroundings.topics, Telemetry.none()));
    }

    private static void install(Assembly assembly) {
        try {
            assembly.installTopics();
        } catch (IllegalStateException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private void awaitKafka() {
        progress.accept("kafka: no answer yet from " + kafka.bootstrapServers());
        while (true) {
            try {
                askKafka();
                return;
            } catch (TimeoutException | KafkaException | ExecutionException e) {
                Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
                if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                    throw new Failure(
                            "Kafka at " + kafka.bootstrapServers() + " refused this process: "
                                    + Failure.rootMessage(cause)
                                    + ". Check kafka.security.protocol, kafka.sasl.* and kafka.ssl.*.",
                            cause);
                }
                again(
                        "Kafka",
                        "at " + kafka.bootstrapServers(),
                        reason(cause),
                        "kafka.bootstrap.servers is wrong, or"
                                + " kafka.security.protocol not what its listener speaks",
                        cause);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private void askKafka() throws InterruptedException, ExecutionException, TimeoutException {
        Admin admin = Admin.create(kafka.client("berth-start"));
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) ONE_TRY.toMillis()))
                    .nodes()
                    .get(ONE_TRY.toMillis() + 500, TimeUnit.MILLISECONDS);
        } finally {
            // Closing without a bound would wait for the answer that did not come.
            admin.close(Duration.ZERO);
        }
    }

    private SchemaRegistry awaitRegistry() {
        progress.accept("registry: no answer yet from " + registry.url());
        SchemaRegistry schemas = SchemaRegistry.connect(registry);
        while (true) {
            try {
                schemas.check(topics.prefix());
                return schemas;
            } catch (SchemaRegistry.RegistryException e) {
                if (!e.mayPass()) {
                    throw new Failure(
                            "registry.url=" + registry.url() + ": " + e.getMessage()
                                    + " Check the address, registry.user and registry.password.",
                            e);
                }
                again(
                        "The schema registry",
                        "at " + registry.url(),
                        Failure.rootMessage(e),
                        "registry.url is wrong",
                        e);
            }
        }
    }

    /** Says that it is not there yet, and pauses; or gives up. */
    private void again(String who, String where, String why, String perhaps, Throwable cause) {
        long leftS = TimeUnit.NANOSECONDS.toSeconds(deadlineNs - System.nanoTime());
        if (leftS <= 0) {
            throw new Failure(
                    Failure.Kind.UNREACHABLE,
                    who + " does not answer " + where + " (" + why + "); waited for "
                            + settings.get(CommonKeys.START_WAIT).toSeconds()
                            + " s (start.wait). It does not run, or cannot be reached from here, or " + perhaps + ".",
                    cause);
        }
        log.warn("{} does not answer {} ({}); trying for another {} s", who, where, why, leftS);
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof ConfigException || cause.getCause() instanceof ConfigException
                ? Failure.rootMessage(cause)
                : cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Failure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Failure("Interrupted while waiting for Kafka and the registry", e);
    }
}
