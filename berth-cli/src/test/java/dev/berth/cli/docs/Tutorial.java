package dev.berth.cli.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of commands and what they print: each {@code sh} block is a step, and the {@code text} block after it is what it shows. A
 * comment before a step says what is special about it.
 */
record Tutorial(List<Step> steps) {
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)\\n(.*?)^```$|^<!-- test: (.*?) -->$", Pattern.MULTILINE | Pattern.DOTALL);

    /** What a comment may say. */
    enum Mark {
        /** It runs in a terminal of its own until Ctrl-C. */
        TERMINAL,
        /** What it shows takes a moment to come true; it is run again until then. */
        AGAIN,
        /** It exits with 1, and the page says so. */
        FAILS
    }

    /**
     * Commands of one block.
     *
     * @param shown what the page shows of their output; empty if it shows nothing
     */
    record Step(String commands, Optional<String> shown, Set<Mark> marks) {
        boolean is(Mark mark) {
            return marks.contains(mark);
        }
    }

    /**
     * The steps of a page in Markdown.
     *
     * @throws IllegalArgumentException if a block is of another kind, or output has no commands
     */
    static Tutorial read(String markdown) {
        List<Step> steps = new ArrayList<>();
        Set<Mark> marks = new TreeSet<>();
        Matcher matcher = BLOCK.matcher(markdown);
        while (matcher.find()) {
            if (matcher.group(3) != null) {
                for (String word : matcher.group(3).split(", ", -1)) {
                    marks.add(Mark.valueOf(word.toUpperCase(Locale.ROOT)));
                }
            } else if (matcher.group(1).equals("sh")) {
                steps.add(new Step(matcher.group(2), Optional.empty(), Set.copyOf(marks)));
                marks.clear();
            } else if (matcher.group(1).equals("text")
                    && !steps.isEmpty()
                    && last(steps).shown().isEmpty()) {
                Step step = steps.remove(steps.size() - 1);
                steps.add(new Step(step.commands(), Optional.of(matcher.group(2)), step.marks()));
            } else {
                throw new IllegalArgumentException("Neither commands nor what they print: " + matcher.group());
            }
        }
        return new Tutorial(List.copyOf(steps));
    }

    private static Step last(List<Step> steps) {
        return steps.get(steps.size() - 1);
    }
}
