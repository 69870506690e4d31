package dev.berth.cli.demo;

import dev.berth.cli.text.Figures;
import java.util.ArrayList;
import java.util.List;

/** What the demo shows while it runs. Pure; the first line stands alone where there is no terminal. */
final class ProgressLines {
    private static final int BAR_CELLS = 30;

    private ProgressLines() {}

    /**
     * @param published flights that the broker has acknowledged
     * @param seconds since the first was sent
     */
    static List<String> of(Tally tally, int published, double seconds) {
        List<String> lines = new ArrayList<>();
        double share = (double) tally.done() / Math.max(1, tally.expected());
        lines.add(String.format(
                java.util.Locale.ROOT,
                "%5.1f s  in %s  done %s of %s (%.0f %%)  warm %.1f %%  containers %d%s",
                seconds,
                Figures.count(published),
                Figures.count(tally.done()),
                Figures.count(tally.expected()),
                100 * share,
                tally.warmPercent(),
                tally.containers(),
                tally.failed() == 0 ? "" : "  FAILED " + tally.failed()));
        lines.add("  " + Figures.bar(share, BAR_CELLS + 20));
        int most = tally.instances().values().stream()
                .mapToInt(instance -> instance.done)
                .max()
                .orElse(1);
        tally.instances()
                .forEach((id, instance) -> lines.add(String.format(
                        java.util.Locale.ROOT,
                        "  %-10s %s %7s  in %d containers",
                        id,
                        Figures.bar((double) instance.done / most, BAR_CELLS),
                        Figures.count(instance.done),
                        instance.containers.size())));
        return lines;
    }
}
