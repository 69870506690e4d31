package dev.berth.gateway.explain.core;

import java.util.List;
import java.util.Locale;

/** Numbers and lists as people say them. */
final class Spoken {
    private Spoken() {}

    /** A time of so many milliseconds, to two digits or so: 0.4 ms, 2.1 ms, 120 ms, 1.2 s, 45 s, 12 min. */
    static String ms(double ms) {
        if (ms < 0.05) {
            return "no time";
        }
        if (ms < 9.95) {
            return decimal(ms) + " ms";
        }
        if (ms < 999.5) {
            return Math.round(ms) + " ms";
        }
        if (ms < 9_950) {
            return decimal(ms / 1_000) + " s";
        }
        if (ms < 120_000) {
            return Math.round(ms / 1_000) + " s";
        }
        return ms < 7_200_000 ? Math.round(ms / 60_000) + " min" : Math.round(ms / 3_600_000) + " h";
    }

    /** The time between two moments; clocks of two machines may have it negative, which is no time. */
    static String us(long fromUs, long toUs) {
        return ms((toUs - fromUs) / 1_000.0);
    }

    /** Memory. */
    static String mb(double mb) {
        return mb < 10_240 ? Math.round(mb) + " MB" : Math.round(mb / 1_024) + " GB";
    }

    /** One decimal, none where it is a zero. */
    static String decimal(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** {@code 1 container}, {@code 3 containers}. */
    static String count(long n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }

    /** {@code a}, {@code a and b}, {@code a, b and c}. */
    static String list(List<String> things) {
        if (things.size() < 2) {
            return String.join("", things);
        }
        int last = things.size() - 1;
        return String.join(", ", things.subList(0, last)) + " and " + things.get(last);
    }

    /** With a capital first letter. */
    static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
