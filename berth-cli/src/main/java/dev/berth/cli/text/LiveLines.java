package dev.berth.cli.text;

import java.io.PrintWriter;
import java.util.List;

/**
 * Lines that are drawn again in place on a terminal, and otherwise printed one by one as they are. Used by one thread, but for
 * {@link #end}.
 *
 * <p>On a terminal {@link #show} draws the whole block; elsewhere it prints the block's first line only, and no more than once
 * a second, so that a log stays readable.
 */
public final class LiveLines {
    private static final long TERMINAL_MS = 150;
    private static final long PLAIN_MS = 1_000;

    private final PrintWriter out;
    private final boolean terminal;
    private final int columns;
    private volatile boolean ended;
    private int drawn;
    private long lastMs = Long.MIN_VALUE / 2;

    /**
     * @param columns of the terminal; longer lines are cut, since a wrapped line could not be drawn over
     */
    public LiveLines(PrintWriter out, boolean terminal, int columns) {
        this.out = out;
        this.terminal = terminal;
        this.columns = columns;
    }

    /**
     * Whether it is time to draw again.
     *
     * @param nowMs on any clock that does not go back
     */
    public boolean isDue(long nowMs) {
        return nowMs - lastMs >= (terminal ? TERMINAL_MS : PLAIN_MS);
    }

    /**
     * Draws.
     *
     * @param nowMs on the clock of {@link #isDue}
     */
    public void show(List<String> lines, long nowMs) {
        lastMs = nowMs;
        if (ended) {
            return;
        }
        if (!terminal) {
            out.println(lines.get(0));
            out.flush();
            return;
        }
        StringBuilder frame = new StringBuilder();
        if (drawn > 0) {
            frame.append("\033[").append(drawn).append('A');
        }
        for (String line : lines) {
            frame.append("\r\033[K").append(cut(line)).append('\n');
        }
        frame.append("\033[J");
        drawn = lines.size();
        out.print(frame);
        out.flush();
    }

    /** Draws nothing from now on; any thread may say so. */
    public void end() {
        ended = true;
    }

    private String cut(String line) {
        int width = Math.max(20, columns - 1);
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
