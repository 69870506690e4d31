package dev.berth.cli.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Settings of Kafka's own that are passed on as they are, under a prefix: {@code kafka.} for its clients, {@code registry.} for
 * TLS to the registry. Which there are, and which values they take, Kafka's own definitions say.
 */
@SuppressWarnings("ImmutableEnumChecker") // Its set is filled when it is made.
enum PassedOn {
    /** All that Kafka's clients have in common: how to reach and to trust the brokers. */
    KAFKA("kafka.", AdminClientConfig.configDef(), List.of("client.id")),
    /** TLS to the registry. */
    REGISTRY("registry.", new ConfigDef().withClientSslSupport(), List.of());

    private final String prefix;
    private final ConfigDef definition;
    private final Set<String> names;

    PassedOn(String prefix, ConfigDef definition, List<String> refused) {
        this.prefix = prefix;
        this.definition = definition;
        this.names = new TreeSet<>();
        definition.names().stream().filter(name -> !refused.contains(name)).forEach(name -> names.add(prefix + name));
    }

    String prefix() {
        return prefix;
    }

    /** The keys, with the prefix. */
    Set<String> names() {
        return names;
    }

    /** Whether nobody may see its value. */
    boolean isSecret(String name) {
        ConfigDef.ConfigKey key = definition.configKeys().get(name.substring(prefix.length()));
        // The key of a key store is one as well, though Kafka's type for some of them is text.
        return key.type == ConfigDef.Type.PASSWORD || name.endsWith(".password") || name.endsWith(".jaas.config");
    }

    /** What is wrong with values, by name with the prefix; empty if nothing is. */
    Map<String, String> problems(Map<String, String> values) {
        Map<String, String> plain = new TreeMap<>();
        values.forEach((name, value) -> plain.put(name.substring(prefix.length()), value));
        Map<String, String> problems = new TreeMap<>();
        for (ConfigValue value : definition.validate(plain)) {
            if (plain.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
                problems.put(prefix + value.name(), String.join("; ", value.errorMessages()));
            }
        }
        return problems;
    }
}
