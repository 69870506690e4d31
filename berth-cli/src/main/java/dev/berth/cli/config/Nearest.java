package dev.berth.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which known name somebody meant who wrote an unknown one. */
final class Nearest {
    private Nearest() {}

    /** The known name that is nearest, if it is near enough to be meant: a third of the letters may differ, three at most. */
    static Optional<String> to(String written, Collection<String> known) {
        int most = Math.min(3, Math.max(1, written.length() / 3));
        return known.stream()
                .filter(name -> Math.abs(name.length() - written.length()) <= most)
                .filter(name -> distance(written, name) <= most)
                .min(Comparator.<String>comparingInt(name -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance: letters put in, taken out or changed. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
