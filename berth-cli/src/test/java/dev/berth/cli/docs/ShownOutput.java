package dev.berth.cli.docs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what commands print against what a page shows of an earlier run. Times, rates, sizes, and where lines are broken may differ. So
 * may ids, but two that are one on the page must be one in this run, and two that differ must differ: a page that shows the same
 * container twice is held to it. A line {@code ...} stands for any lines.
 */
final class ShownOutput {
    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    /** Of an invocation by a record, of an invocation or trigger, container, instance, job with an idempotency key, replay; cut short. */
    private static final String ID = "\\b(?:t-" + UUID + "\\.[\\w-]{22}\\.\\d+\\.\\d+\\.\\d+|" + UUID
            + "|local-\\d+-[0-9a-f]{6}-\\d+|local-\\d+|ik-[0-9a-f]{32}|r-[0-9a-f]{12}|t-[0-9a-f]{6}|[0-9a-f]{8})\\b";

    /** What is never twice the same. */
    private static final String VARIES =
            "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z|\\b\\d{13}\\b|\\b\\d+(?:\\.\\d+)? (?:ms|s|min)\\b"
                    + "|\\b\\d+(?:\\.\\d+)?/s|\\b\\d+ bytes\\b|\\b(?:docker|process) containers\\b";

    private static final Pattern PART = Pattern.compile(
            "(?<id>" + ID + ")|(?<varies>" + VARIES + ")|(?<any>^\\.\\.\\.$)|(?<space>\\s+)", Pattern.MULTILINE);

    /** What the page calls an id, and what it is in this run. */
    private final Map<String, String> known = new HashMap<>();

    /** Whether the output is as shown; if so, its ids are known from now on. */
    boolean matches(String shown, String said) {
        Map<String, String> groups = new LinkedHashMap<>();
        Matcher matcher = pattern(shown.strip(), groups).matcher(said.strip());
        if (!matcher.matches()) {
            return false;
        }
        Map<String, String> found = new HashMap<>(known);
        groups.forEach((id, group) -> found.put(id, matcher.group(group)));
        Set<String> different = new HashSet<>(found.values());
        if (different.size() < found.size()) {
            return false;
        }
        known.putAll(found);
        return true;
    }

    /**
     * All that is printed by a run that is as shown.
     *
     * @param groups takes the ids that are new, each with its group
     */
    private Pattern pattern(String shown, Map<String, String> groups) {
        StringBuilder regex = new StringBuilder();
        Matcher part = PART.matcher(shown);
        int from = 0;
        while (part.find()) {
            regex.append(literally(shown.substring(from, part.start())));
            if (part.group("id") != null) {
                regex.append(id(part.group(), groups));
            } else if (part.group("varies") != null) {
                regex.append("(?:").append(VARIES).append(')');
            } else {
                regex.append(part.group("any") != null ? ".*?" : "\\s*");
            }
            from = part.end();
        }
        regex.append(literally(shown.substring(from)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private String id(String onPage, Map<String, String> groups) {
        if (known.containsKey(onPage)) {
            return literally(known.get(onPage));
        }
        String before = groups.get(onPage);
        if (before != null) {
            return "\\k<" + before + ">";
        }
        String group = "id" + groups.size();
        groups.put(onPage, group);
        return "(?<" + group + ">" + ID + ")";
    }

    private static String literally(String text) {
        return text.isEmpty() ? "" : Pattern.quote(text);
    }
}
