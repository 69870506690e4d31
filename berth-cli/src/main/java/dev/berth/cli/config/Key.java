package dev.berth.cli.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One thing that can be set. Its environment variable is {@code BERTH_} and its name in capitals, dots and hyphens as
 * underscores.
 *
 * @param name as files and {@code --set} write it
 * @param form what a value looks like, for people
 * @param fallback the value if none is given, in the form of a value
 * @param meaning a sentence or two, without the default
 * @param secret never printed
 * @param reading makes the value of its text, or throws an IllegalArgumentException that says what it should be
 */
public record Key<T>(
        String name, String form, String fallback, String meaning, boolean secret, Function<String, T> reading) {
    /** Any text. */
    static Key<String> text(String name, String form, String fallback, String meaning) {
        return new Key<>(name, form, fallback, meaning, false, text -> text);
    }

    /** Text that nobody may see. */
    static Key<String> secret(String name, String meaning) {
        return new Key<>(name, "TEXT", "", meaning, true, text -> text);
    }

    /** Text that a rule makes something of. */
    static <T> Key<T> of(String name, String form, String fallback, String meaning, Function<String, T> reading) {
        return new Key<>(name, form, fallback, meaning, false, reading);
    }

    /** A whole number. */
    static Key<Integer> number(String name, int least, int most, int fallback, String meaning) {
        return of(name, "N", Integer.toString(fallback), meaning, text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, in the same words.
            }
            throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
        });
    }

    /** A port to listen on. */
    static Key<Integer> port(String name, int fallback, String meaning) {
        return number(name, 0, 65_535, fallback, meaning);
    }

    /** A length of time. */
    static Key<Duration> time(String name, String fallback, String meaning) {
        return of(name, "TIME", fallback, meaning, Times::parse);
    }

    /** Yes or no. */
    static Key<Boolean> flag(String name, boolean fallback, String meaning) {
        return of(name, "true|false", Boolean.toString(fallback), meaning, text -> switch (text.toLowerCase(
                Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        });
    }

    /** One of the values of an enum, in small letters. */
    static <E extends Enum<E>> Key<E> choice(String name, Class<E> type, E fallback, String meaning) {
        List<String> words = new ArrayList<>();
        for (E each : type.getEnumConstants()) {
            words.add(word(each));
        }
        return of(name, String.join("|", words), word(fallback), meaning, text -> {
            for (E each : type.getEnumConstants()) {
                if (word(each).equals(text.toLowerCase(Locale.ROOT))) {
                    return each;
                }
            }
            throw new IllegalArgumentException("must be one of " + String.join(", ", words));
        });
    }

    /** A folder; the empty default is chosen by the process. */
    static Key<Path> folder(String name, String meaning) {
        return of(name, "DIR", "", meaning, Path::of);
    }

    /** An address that begins with http or https and holds no password. */
    static Key<String> url(String name, String fallback, String meaning) {
        return of(name, "URL", fallback, meaning, Key::requireUrl);
    }

    /** The environment variable that sets it. */
    public String variable() {
        return variable(name);
    }

    static String variable(String name) {
        return "BERTH_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static String requireUrl(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // Said below, in the same words.
        }
        throw new IllegalArgumentException(
                "must be an address such as http://registry:8081, without a user or password in it");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
