package dev.berth.router.core.affinity;

/** Hashing that maps a key to the same instance whichever router does it (Thaler and Ravishankar, 1998). */
public final class Rendezvous {
    private Rendezvous() {}

    /** The score of an instance for a key: the highest wins. */
    static long of(long keyHash, long instancePoint) {
        return mix(keyHash ^ instancePoint);
    }

    /** 64 bits, so that no two names of a fleet meet (FNV-1a, then mixed). */
    public static long hash(String text) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(h);
    }

    /** SplitMix64's step and finalizer (Steele, Lea and Flood, 2014): neighbours come far apart. */
    static long mix(long value) {
        long h = value + 0x9e3779b97f4a7c15L;
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
