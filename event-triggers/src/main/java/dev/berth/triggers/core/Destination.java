package dev.berth.triggers.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an ending is told. */
public sealed interface Destination {
    /** A topic of the same cluster. */
    record Topic(String name) implements Destination {}

    /**
     * A function of the same tenant.
     *
     * @param qualifier a version or alias; null for $LATEST
     */
    record Function(String name, String qualifier) implements Destination {}

    /**
     * Reads one as the schemas keep it: {@code topic:NAME}, or a function's name or ARN.
     *
     * @return empty if it is neither: somebody wrote it on the topic by hand
     */
    static Optional<Destination> parse(String text) {
        if (text.startsWith(Syntax.TOPIC)) {
            String name = text.substring(Syntax.TOPIC.length());
            return Syntax.TOPIC_NAME.matcher(name).matches() ? Optional.of(new Topic(name)) : Optional.empty();
        }
        Matcher function = Syntax.FUNCTION.matcher(text);
        return function.matches()
                ? Optional.of(new Function(function.group("name"), function.group("qualifier")))
                : Optional.empty();
    }

    /** How they are written. */
    final class Syntax {
        static final String TOPIC = "topic:";
        static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");
        static final Pattern FUNCTION =
                Pattern.compile("(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\\d{12}:function:|\\d{12}:function:|function:)?"
                        + "(?<name>[A-Za-z0-9_-]{1,64})(?::(?<qualifier>\\$LATEST|[A-Za-z0-9_-]{1,128}))?");

        private Syntax() {}
    }
}
