package dev.berth.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as they need to be. Numbers stand on the right. */
public final class Table {
    private static final String GAP = "  ";
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> header;

    public Table(String... header) {
        this.header = List.of(header);
    }

    /** Adds a row; null prints as a dash. */
    public Table row(Object... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + header.size() + " columns");
        }
        List<String> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(cell == null || cell.toString().isEmpty() ? "-" : printable(cell.toString()));
        }
        rows.add(row);
        return this;
    }

    /** The table as lines, the header first. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(rows.size() + 1);
        lines.add(line(header));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String pad = " ".repeat(width(column) - cell.codePointCount(0, cell.length()));
            line.append(column == 0 ? "" : GAP).append(isNumeric(column) ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = header.get(column).length();
        for (List<String> row : rows) {
            String cell = row.get(column);
            width = Math.max(width, cell.codePointCount(0, cell.length()));
        }
        return width;
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty()
                && rows.stream()
                        .allMatch(row -> row.get(column).matches("-|-?[0-9][0-9,.]*( ?(ms|s|%|MB|m|h|d))?( ago)?"));
    }

    /** Text from outside must not move the cursor or break the row. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
