package dev.berth.cli.config;

import dev.berth.cli.config.Settings.Told;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the settings of one process: the command line wins over the environment, that over the file, that over the default.
 * Everything that is wrong is found, not only the first.
 */
public final class SettingsReader {
    private static final String PREFIX = "BERTH_";
    /** Variables that mean something to the launcher or to clients. */
    private static final Set<String> OTHERS =
            Set.of("BERTH_JAVA_OPTS", "BERTH_NO_BUILD", "BERTH_STACKTRACE", "BERTH_URL", "BERTH_CONFIG");

    private final Role role;
    private final Map<String, Told> told = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private SettingsReader(Role role) {
        this.role = role;
    }

    /**
     * Reads.
     *
     * @param file Java properties; empty for none
     * @param sets {@code key=value} of the command line, the later before the earlier
     * @param environment of the process
     * @throws WrongSettings with all that is wrong
     */
    public static Settings read(Role role, Optional<Path> file, List<String> sets, Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(role);
        file.ifPresent(reader::file);
        reader.environment(environment);
        sets.forEach(reader::set);
        return reader.settings();
    }

    private void file(Path file) {
        Properties properties = new Once(file);
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(text);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("The file " + file + " cannot be read: " + e + ". Give one that can with --config FILE.");
            return;
        }
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name).strip();
            if (role.knows(name)) {
                told.put(name, new Told(value, file.toString()));
            } else if (!Role.isKnownToAny(name)) {
                problems.add(unknown(name, "in " + file, Nearest.to(name, role.names())));
            }
        }
    }

    private void environment(Map<String, String> environment) {
        Map<String, String> names = new HashMap<>();
        for (Role each : Role.values()) {
            each.names().forEach(name -> names.put(Key.variable(name), name));
        }
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String variable = entry.getKey();
            if (!variable.startsWith(PREFIX) || OTHERS.contains(variable)) {
                continue;
            }
            String name = names.get(variable);
            if (name != null) {
                if (role.knows(name)) {
                    told.put(name, new Told(entry.getValue().strip(), variable));
                }
                continue;
            }
            // Others set variables as well: Kubernetes does for each service, as BERTH_SERVICE_HOST for one named
            // berth.
            Optional<String> meant = Nearest.to(variable, names.keySet());
            (meant.isPresent() ? problems : warnings).add(unknown(variable, "in the environment", meant));
        }
    }

    private void set(String assignment) {
        int equals = assignment.indexOf('=');
        String name = assignment.substring(0, Math.max(0, equals)).strip();
        if (name.isEmpty()) {
            problems.add("--set \"" + assignment + "\" is not key=value.");
        } else if (role.knows(name)) {
            told.put(name, new Told(assignment.substring(equals + 1).strip(), "--set"));
        } else {
            problems.add(unknown(name, "of --set", Nearest.to(name, role.names())));
        }
    }

    private String unknown(String name, String where, Optional<String> meant) {
        return name + " " + where + " is no setting of the " + role.word() + "."
                + meant.map(nearest -> " Did you mean " + nearest + "?").orElse("") + " ./berth config "
                + role.word() + " lists all.";
    }

    private Settings settings() {
        Map<Key<?>, Object> values = new HashMap<>();
        for (Key<?> key : role.keys()) {
            Told said = told.get(key.name());
            value(key, said).ifPresent(value -> values.put(key, value));
        }
        Map<PassedOn, Map<String, String>> passed = new EnumMap<>(PassedOn.class);
        for (PassedOn group : role.passesOn()) {
            Map<String, String> some = new TreeMap<>();
            group.names()
                    .forEach(
                            name -> Optional.ofNullable(told.get(name)).ifPresent(said -> some.put(name, said.text())));
            group.problems(some)
                    .forEach((name, what) -> problems.add(wrong(name, told.get(name), what, group.isSecret(name))));
            passed.put(group, some);
        }
        if (!problems.isEmpty()) {
            throw new WrongSettings(problems);
        }
        return new Settings(role, values, passed, told, warnings);
    }

    private Optional<Object> value(Key<?> key, Told said) {
        try {
            return Optional.of(key.reading().apply(said == null ? key.fallback() : said.text()));
        } catch (IllegalArgumentException e) {
            problems.add(wrong(key.name(), said, e.getMessage(), key.secret()));
            return Optional.empty();
        }
    }

    private static String wrong(String name, Told said, String what, boolean secret) {
        // A password in an address is a mistake that must not be repeated into a log.
        boolean shown = !secret && !said.text().contains("@");
        return name + (shown ? "=" + said.text() : "") + " (" + said.source() + ") cannot be: "
                + (secret ? "it is not in the form that it must have" : what) + ".";
    }

    /** Properties in which a key stands once. */
    private final class Once extends Properties {
        private static final long serialVersionUID = 1L;

        private final transient Path file;

        Once(Path file) {
            this.file = file;
        }

        @Override
        public synchronized Object put(Object key, Object value) {
            Object before = super.put(key, value);
            if (before != null) {
                problems.add(key + " is in " + file + " twice. Which one is meant?");
            }
            return before;
        }
    }
}
