package dev.berth.cli.text;

import java.util.Locale;

/** Numbers for people. */
public final class Figures {
    private Figures() {}

    /** With thousands separated: 20,000. */
    public static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** With so many decimals. */
    public static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** Rounded to so many decimals, for JSON. */
    public static double rounded(double value, int decimals) {
        double scale = Math.pow(10, decimals);
        return Math.round(value * scale) / scale;
    }

    /** How long ago, in the largest unit that fits: 5 s, 12 m, 3 h, 4 d. */
    public static String age(long nowMs, long thenMs) {
        long seconds = Math.max(0, (nowMs - thenMs) / 1000);
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " m";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    /** A bar of so many cells, filled to a share between 0 and 1. */
    public static String bar(double share, int cells) {
        double bounded = Math.max(0, Math.min(1, share));
        int eighths = (int) Math.round(bounded * cells * 8);
        StringBuilder bar = new StringBuilder(cells);
        bar.append("█".repeat(eighths / 8));
        if (eighths % 8 > 0) {
            bar.append("▏▎▍▌▋▊▉".charAt(eighths % 8 - 1));
        }
        bar.append("·".repeat(cells - bar.length()));
        return bar.toString();
    }
}
