package dev.berth.gateway.explain.core;

/**
 * What a decision was about.
 *
 * @param key the routing value; null for none
 */
public record Subject(String function, String key) {
    private static final int SHOWN = 80;

    /** {@code key ATL}; without a key the function stands for it, as in the router. */
    String name() {
        return key == null ? "function " + function : "key " + shown(key);
    }

    String capital() {
        return Spoken.capital(name());
    }

    /** A text that others wrote, on one line and of bounded length. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
