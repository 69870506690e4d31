package dev.berth.cli.config;

import dev.berth.cli.local.ContainerChoice;
import dev.berth.executor.pool.PrewarmRule;
import dev.berth.schemas.RoutingKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What an executor can be told beyond {@link CommonKeys}. Those about containers have the names of the options of {@code up}. */
public final class ExecutorKeys {
    public static final Key<String> INSTANCE = Key.of(
            "instance.id",
            "NAME",
            "",
            "The instance's name in the fleet, kept over restarts, and of nobody else: who comes later takes it over. 1 to 64 letters,"
                    + " digits, hyphens or underscores. Empty: this machine's name.",
            ExecutorKeys::instance);
    public static final Key<Integer> SLOTS =
            Key.number("slots", 1, 10_000, 8, "Invocations that run at a time on this instance.");
    public static final Key<Integer> MEMORY_MB =
            Key.number("memory.mb", 16, 16_777_216, 1_024, "Memory of all containers of this instance together.");
    public static final Key<ContainerChoice> CONTAINERS = Key.choice(
            "containers",
            ContainerChoice.class,
            ContainerChoice.AUTO,
            "What functions run in. auto: Docker when an engine answers (DOCKER_HOST), else plain processes, which isolate less.");
    public static final Key<Duration> DRAIN = Key.time(
            "drain.timeout",
            "30s",
            "How long a stop lets running invocations go on. What waits is handed back at once, what still runs then fails.");
    public static final Key<Duration> PAUSE_AFTER =
            Key.time("pause.after", "60s", "How long a Docker container is idle before it is paused; 0s for never.");
    public static final Key<String> RUNTIME = Key.text(
            "container.runtime",
            "NAME",
            "runc",
            "What Docker runs containers with: runc, or what its daemon.json names, such as runsc (gVisor) or kata.");
    public static final Key<Integer> TMP_MB = Key.number(
            "container.tmp",
            1,
            1_048_576,
            512,
            "Most MB in /tmp of a container; in Docker never more than half of its memory, of which it is part.");
    public static final Key<Integer> PROCESSES =
            Key.number("container.processes", 1, 1_000_000, 256, "Most processes and threads of a container.");
    public static final Key<Integer> MEMORY_PER_CPU = Key.number(
            "memory.per.cpu",
            1,
            1_048_576,
            1_769,
            "Functions get CPU in proportion to their memory: one whole CPU at so many MB.");
    public static final Key<Boolean> NETWORK = Key.flag(
            "allow.network",
            false,
            "Functions deployed with --network reach the network outside from Docker containers; all others never do.");
    public static final Key<List<Path>> MOUNTS = Key.of(
            "allow.mount",
            "DIR:DIR...",
            "",
            "Folders and files of this machine that every function may see, read-only, by deploy --mount.",
            ExecutorKeys::paths);
    public static final Key<Duration> PULL = Key.time(
            "pull.images",
            "0s",
            "How long an image of a function that the engine lacks may take to be pulled; 0s not to pull.");
    public static final Key<List<PrewarmRule>> PREWARM = Key.of(
            "prewarm",
            "RUNTIME:MB=MIN..MAX,...",
            "python3:128=0..1,nodejs:128=0..1",
            "Containers kept running without code, for whichever function of that runtime and at most that memory needs a new one:"
                    + " as many as demand calls for, between MIN and MAX; none for none.",
            ExecutorKeys::rules);
    public static final Key<Duration> PREWARM_TTL =
            Key.time("prewarm.ttl", "10m", "How long those are kept after the demand that called for them.");

    static final List<Key<?>> ALL = List.of(
            INSTANCE,
            SLOTS,
            MEMORY_MB,
            CONTAINERS,
            DRAIN,
            PAUSE_AFTER,
            RUNTIME,
            TMP_MB,
            PROCESSES,
            MEMORY_PER_CPU,
            NETWORK,
            MOUNTS,
            PULL,
            PREWARM,
            PREWARM_TTL);

    private ExecutorKeys() {}

    private static String instance(String text) {
        if (!text.isEmpty() && !RoutingKey.isValidName(text)) {
            throw new IllegalArgumentException("must be 1 to 64 letters, digits, hyphens or underscores");
        }
        return text;
    }

    private static List<Path> paths(String text) {
        return Arrays.stream(text.split(":"))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static List<PrewarmRule> rules(String text) {
        return Arrays.stream(text.split(","))
                .filter(rule -> !rule.isBlank())
                .map(rule -> PrewarmRules.parse(rule.strip()))
                .flatMap(Optional::stream)
                .toList();
    }
}
