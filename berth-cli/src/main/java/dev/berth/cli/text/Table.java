package dev.berth.cli.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Rows in columns as wide as they need to be. Numbers stand on the right. */
public final class Table {
    private static final String GAP = "  ";
    private static final int LEAST = 6;
    private static final int NONE = -1;
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

    /** The table as lines, the header first, as wide as it needs to be. */
    public List<String> lines() {
        return lines(Integer.MAX_VALUE);
    }

    /**
     * The table as lines, none of which is longer than so many columns: the widest cells are cut, those of the first column and
     * numbers last.
     */
    public List<String> lines(int columns) {
        BitSet numeric = new BitSet();
        IntStream.range(0, header.size()).filter(this::isNumeric).forEach(numeric::set);
        int[] widths = widths(columns, numeric);
        List<String> lines = new ArrayList<>(rows.size() + 1);
        lines.add(Columns.cut(line(header, widths, numeric), columns));
        rows.forEach(row -> lines.add(Columns.cut(line(row, widths, numeric), columns)));
        return lines;
    }

    private static String line(List<String> cells, int[] widths, BitSet numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = Columns.cut(cells.get(column), widths[column]);
            String pad = " ".repeat(Math.max(0, widths[column] - Columns.of(cell)));
            line.append(column == 0 ? "" : GAP).append(numeric.get(column) ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }

    private int[] widths(int columns, BitSet numeric) {
        int[] widths = new int[header.size()];
        long total = -GAP.length();
        for (int column = 0; column < widths.length; column++) {
            widths[column] = width(column);
            total += widths[column] + GAP.length();
        }
        List<IntPredicate> turns = List.of(
                column -> column > 0 && !numeric.get(column),
                column -> column == 0 && !numeric.get(column),
                column -> true);
        for (IntPredicate turn : turns) {
            while (total > columns) {
                int widest = IntStream.range(0, widths.length)
                        .filter(turn)
                        .filter(column -> widths[column] > LEAST)
                        .reduce((one, other) -> widths[other] > widths[one] ? other : one)
                        .orElse(NONE);
                if (widest == NONE) {
                    break;
                }
                widths[widest]--;
                total--;
            }
        }
        return widths;
    }

    private int width(int column) {
        int width = Columns.of(header.get(column));
        for (List<String> row : rows) {
            width = Math.max(width, Columns.of(row.get(column)));
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
