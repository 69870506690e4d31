package dev.berth.cli.config;

import dev.berth.executor.pool.PrewarmRule;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many containers to prewarm, as people write it: {@code python3:256=1..4}, or {@code none}. */
public final class PrewarmRules {
    private static final Pattern RULE =
            Pattern.compile("(python3|nodejs|java|provided):([1-9]\\d{0,5})=(\\d{1,3})\\.\\.([1-9]\\d{0,2})");

    private PrewarmRules() {}

    /**
     * One rule, with the usual time to live.
     *
     * @return empty for none
     * @throws IllegalArgumentException if it is none; the message says what is
     */
    public static Optional<PrewarmRule> parse(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        Matcher rule = RULE.matcher(text);
        if (!rule.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" does not say what to prewarm. Give a runtime (python3, nodejs, java or provided), its MB of memory, and"
                    + " how many at least and at most, such as python3:256=1..4, or none");
        }
        int min = Integer.parseInt(rule.group(3));
        int max = Integer.parseInt(rule.group(4));
        if (min > max) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" asks for at least " + min + " prewarmed containers, but for " + max + " at most");
        }
        return Optional.of(
                new PrewarmRule(rule.group(1), Integer.parseInt(rule.group(2)), min, max, PrewarmRule.USUAL_TTL_MS));
    }
}
