package dev.berth.sim;

/** The hash that the baselines share. */
final class Hashes {
    private Hashes() {}

    static long of(String text) {
        return mix(text.hashCode());
    }

    static long mix(long value) {
        long h = value * 0x9e3779b97f4a7c15L + 0x632be59bd9b4e019L;
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
