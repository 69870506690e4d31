package dev.berth.cli.config;

import java.util.List;

/** What was set cannot be: every problem, each a sentence that names the key, where it was set, and what to do. */
public final class WrongSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** With at least one. */
    public WrongSettings(List<String> problems) {
        super(String.join(" ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each. */
    public List<String> problems() {
        return problems;
    }
}
