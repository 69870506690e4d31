package dev.berth.cli.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes that a Berth is made of, each with the keys that it knows. */
@SuppressWarnings("ImmutableEnumChecker") // Its map is filled when it is made, and shown to nobody.
public enum Role {
    ROUTER(true, List.of(CommonKeys.KAFKA, CommonKeys.PROCESS, CommonKeys.HEALTH, RouterKeys.ALL)),
    EXECUTOR(true, List.of(CommonKeys.KAFKA, CommonKeys.PROCESS, CommonKeys.HEALTH, ExecutorKeys.ALL)),
    GATEWAY(true, List.of(CommonKeys.KAFKA, CommonKeys.PROCESS, GatewayKeys.ALL)),
    TRIGGERS(true, List.of(CommonKeys.KAFKA, CommonKeys.PROCESS, CommonKeys.HEALTH, TriggersKeys.ALL)),
    BROKER(false, List.of(CommonKeys.PROCESS, CommonKeys.HEALTH, BrokerKeys.ALL)),
    /** Not a process: it makes topics, and ends. */
    TOPICS(true, List.of(CommonKeys.KAFKA));

    private final boolean needsKafka;
    private final Map<String, Key<?>> keys = new LinkedHashMap<>();

    Role(boolean needsKafka, List<List<Key<?>>> lists) {
        this.needsKafka = needsKafka;
        // A role's own word for a key takes the place of the common one.
        lists.stream().flatMap(List::stream).forEach(key -> keys.put(key.name(), key));
    }

    /** As the command line says it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its keys, the common ones first. */
    public List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    Optional<Key<?>> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** Which settings of Kafka's it passes on. */
    List<PassedOn> passesOn() {
        return needsKafka ? List.of(PassedOn.values()) : List.of();
    }

    /** Whether a name means something to any process: one file, or one environment, may serve several. */
    static boolean isKnownToAny(String name) {
        return Arrays.stream(values()).anyMatch(role -> role.knows(name));
    }

    boolean knows(String name) {
        return keys.containsKey(name)
                || passesOn().stream().anyMatch(passed -> passed.names().contains(name));
    }

    /** All names that it knows. */
    List<String> names() {
        return Stream.concat(keys.keySet().stream(), passesOn().stream().flatMap(passed -> passed.names().stream()))
                .distinct()
                .toList();
    }
}
