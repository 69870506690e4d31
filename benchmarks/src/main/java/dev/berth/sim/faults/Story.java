package dev.berth.sim.faults;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The last events of a run in words. Off, it costs nothing: a run that fails is repeated with it on. */
final class Story {
    private static final int MOST_LINES = 20_000;
    private final VirtualTime time;
    private final boolean on;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final long startMs;

    Story(VirtualTime time, boolean on) {
        this.time = time;
        this.on = on;
        this.startMs = time.nowMs();
    }

    void tell(Supplier<String> line) {
        if (on) {
            if (lines.size() == MOST_LINES) {
                lines.poll();
            }
            lines.add(String.format(Locale.ROOT, "%9.3f s  %s", (time.nowMs() - startMs) / 1_000.0, line.get()));
        }
    }

    /** The last lines of all, and before them those that name something. */
    List<String> ending(String about, int most) {
        List<String> all = new ArrayList<>(lines);
        List<String> last = all.subList(Math.max(0, all.size() - most), all.size());
        List<String> told = new ArrayList<>();
        if (about != null) {
            List<String> named = all.subList(0, all.size() - last.size()).stream()
                    .filter(line -> line.matches(".*\\b" + about + "\\b.*"))
                    .toList();
            told.addAll(named.subList(Math.max(0, named.size() - most), named.size()));
            if (!told.isEmpty()) {
                told.add("      ...");
            }
        }
        told.addAll(last);
        return told;
    }
}
