package dev.berth.sim.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of one seed.
 *
 * @param promise what was broken; null if nothing was
 * @param message how
 * @param story the last events, if something was broken
 */
record SeedRun(long seed, Tally tally, Promise promise, String message, List<String> story) {
    private static final int TOLD_LINES = 30;

    static SeedRun of(long seed) {
        return of(seed, Sabotage.NONE);
    }

    static SeedRun of(long seed, Sabotage sabotage) {
        SeedRun run = run(seed, sabotage, false);
        // The same seed gives the same run: the story is written only when somebody wants to read it.
        return run.held() ? run : run(seed, sabotage, true);
    }

    boolean held() {
        return promise == null;
    }

    /** For people: what broke, the last events, and the command that repeats it. */
    String report() {
        List<String> lines = new ArrayList<>();
        lines.add("seed " + seed + " broke a promise: " + promise.words());
        lines.add("  " + message);
        lines.add("  the last events:");
        story.forEach(line -> lines.add("    " + line));
        lines.add("  again: ./berth sim --faults --seed " + seed);
        return String.join(System.lineSeparator(), lines);
    }

    private static SeedRun run(long seed, Sabotage sabotage, boolean told) {
        World world = new World(seed, sabotage, told);
        try {
            world.run();
            return new SeedRun(seed, world.tally, null, null, List.of());
        } catch (Violation e) {
            return new SeedRun(
                    seed, world.tally, e.promise(), e.getMessage(), world.story.ending(e.about(), TOLD_LINES));
        } catch (World.CoreBroke e) {
            String where = e.getCause().getStackTrace()[0].toString();
            return new SeedRun(
                    seed,
                    world.tally,
                    Promise.NOTHING_BREAKS,
                    e.getMessage() + " at " + where,
                    world.story.ending(null, TOLD_LINES));
        }
    }
}
