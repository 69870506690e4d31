package dev.berth.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Prose in lines. */
public final class Paragraph {
    private static final int NARROWEST = 40;

    private Paragraph() {}

    /** A text in lines of at most so many characters, broken at spaces; a longer word has a line of its own. */
    public static List<String> wrapped(String text, int columns) {
        int width = Math.max(NARROWEST, columns);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        StringTokenizer words = new StringTokenizer(text.replaceAll("\\p{Cntrl}", " "), " ");
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
