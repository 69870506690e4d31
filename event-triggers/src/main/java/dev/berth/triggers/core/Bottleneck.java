package dev.berth.triggers.core;

import java.util.Locale;

/** What keeps a trigger from doing more. */
public enum Bottleneck {
    /** Nothing: all that there is is done. */
    NONE,
    /** Records come no faster from their topics. */
    SOURCE,
    /** Containers: invocations would only queue. */
    EXECUTORS,
    /** What its owner, or the memory of the process, allows. */
    LIMIT,
    /** It is paused. */
    PAUSED,
    /** Something is missing; the status says what. */
    ERROR;

    /** As the status has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
