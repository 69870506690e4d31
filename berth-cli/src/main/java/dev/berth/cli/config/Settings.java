package dev.berth.cli.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one process was told, checked: a value for each key of its role. Made by {@link SettingsReader}.
 */
public final class Settings {
    private static final String HIDDEN = "***";

    private final Role role;
    private final Map<Key<?>, Object> values;
    private final Map<PassedOn, Map<String, String>> passed;
    private final List<String> warnings;
    private final Map<String, Told> told;

    /** A text and where it was set, such as {@code --set} or a file's name. */
    record Told(String text, String source) {}

    Settings(
            Role role,
            Map<Key<?>, Object> values,
            Map<PassedOn, Map<String, String>> passed,
            Map<String, Told> told,
            List<String> warnings) {
        this.role = role;
        this.values = values;
        this.passed = passed;
        this.told = told;
        this.warnings = List.copyOf(warnings);
    }

    public Role role() {
        return role;
    }

    /** The value of a key of this role. */
    @SuppressWarnings("unchecked") // The reader made each value by its key's own reading.
    public <T> T get(Key<T> key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(role.word() + " has no key " + key.name());
        }
        return (T) value;
    }

    /** Whether somebody said something about a key. */
    public boolean isTold(Key<?> key) {
        return told.containsKey(key.name());
    }

    /** What Kafka's clients get beyond the address of the brokers, under Kafka's own names. */
    public Map<String, String> kafka() {
        Map<String, String> all = plain(PassedOn.KAFKA);
        all.remove("bootstrap.servers");
        return all;
    }

    /** What the client of the registry gets for TLS, under Kafka's own names. */
    public Map<String, String> registryTls() {
        return plain(PassedOn.REGISTRY);
    }

    /** What is odd but not wrong. */
    public List<String> warnings() {
        return warnings;
    }

    /** All that was told, and where, with secrets hidden; for the log. */
    public String described() {
        return told.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + (isSecret(entry.getKey()) ? HIDDEN : entry.getValue().text()) + " ("
                        + entry.getValue().source() + ")")
                .collect(Collectors.joining(", "));
    }

    private boolean isSecret(String name) {
        return role.key(name).map(Key::secret).orElse(false)
                || role.passesOn().stream().anyMatch(group -> group.names().contains(name) && group.isSecret(name));
    }

    private Map<String, String> plain(PassedOn group) {
        Map<String, String> plain = new TreeMap<>();
        passed.getOrDefault(group, Map.of())
                .forEach(
                        (name, value) -> plain.put(name.substring(group.prefix().length()), value));
        return plain;
    }
}
