package dev.berth.cli;

import dev.berth.cli.text.LiveLines;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What the launcher knows of where it runs, in system properties. */
final class Terminal {
    private static final int NARROWEST = 20;
    private static final int FEWEST_ROWS = 8;

    private Terminal() {}

    /** Progress on stderr: drawn in place on a terminal, plain lines otherwise. */
    static LiveLines progress(PrintWriter err) {
        return new LiveLines(err, Boolean.getBoolean("berth.terminal"), columns());
    }

    /** Whether stdout is a terminal that wants colours. */
    static boolean colours() {
        return Boolean.getBoolean("berth.colours");
    }

    /** Whether stdout is a terminal, on which can be drawn. */
    static boolean isScreen() {
        return Integer.getInteger("berth.table.columns") != null;
    }

    /** How many lines it has. */
    static int rows() {
        return Math.max(FEWEST_ROWS, Integer.getInteger("berth.rows", 24));
    }

    /** How wide lines may be. */
    static int columns() {
        return Integer.getInteger("berth.columns", 80);
    }

    /** How wide tables on stdout may be: as wide as they are, unless that is a terminal. */
    static int tableColumns() {
        return Math.max(NARROWEST, Integer.getInteger("berth.table.columns", Integer.MAX_VALUE));
    }

    /** The repository, or the working folder when the CLI was not started by the launcher. */
    static Path home() {
        return Path.of(System.getProperty("berth.home", ".")).toAbsolutePath().normalize();
    }
}
