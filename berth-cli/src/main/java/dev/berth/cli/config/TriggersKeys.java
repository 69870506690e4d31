package dev.berth.cli.config;

import java.util.List;

/** What a process that serves triggers can be told beyond {@link CommonKeys}. */
public final class TriggersKeys {
    public static final Key<String> WORKER = Key.text(
            "triggers.worker",
            "NAME",
            "",
            "Names this process in the status of triggers, and must be its own alone. Empty: a name made at each start.");
    public static final Key<Integer> HELD_MB = Key.number(
            "triggers.held.mb",
            1,
            65_536,
            64,
            "Most MB of records that are not finished held in memory, over all triggers; beyond that no more are read.");

    static final List<Key<?>> ALL = List.of(WORKER, HELD_MB);

    private TriggersKeys() {}
}
