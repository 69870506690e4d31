package dev.berth.cli;

import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** How wide the tables of a command may be. */
final class TableOptions {
    @Option(
            names = "--wide",
            description = "Print tables in full; else their columns are cut to the terminal, if there is one.")
    private boolean wide;

    void print(Table table, PrintWriter out) {
        table.lines(columns()).forEach(out::println);
    }

    /** How many columns lines may have. */
    int columns() {
        return wide ? Integer.MAX_VALUE : Terminal.tableColumns();
    }
}
