package dev.berth.cli.text;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** How much room text takes on a terminal, whose columns are not characters. */
final class Columns {
    private static final Set<UnicodeScript> WIDE = EnumSet.of(
            UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL, UnicodeScript.YI);
    private static final int FIRST_EMOJI = 0x1F300;
    private static final int LAST_EMOJI = 0x1FAFF;
    private static final int FIRST_FULL_WIDTH = 0xFF01;
    private static final int LAST_FULL_WIDTH = 0xFF60;
    private static final String CUT = "…";

    private Columns() {}

    /** The columns that a text takes. */
    static int of(String text) {
        return text.codePoints().map(Columns::of).sum();
    }

    /** The text if it fits; else as much of it as does, and a sign that it was cut. */
    static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        int left = columns - 1;
        for (int codePoint : text.codePoints().toArray()) {
            left -= of(codePoint);
            if (left < 0) {
                break;
            }
            shown.appendCodePoint(codePoint);
        }
        return shown.append(CUT).toString();
    }

    private static int of(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = WIDE.contains(UnicodeScript.of(codePoint))
                || (codePoint >= FIRST_EMOJI && codePoint <= LAST_EMOJI)
                || (codePoint >= FIRST_FULL_WIDTH && codePoint <= LAST_FULL_WIDTH);
        return wide ? 2 : 1;
    }
}
