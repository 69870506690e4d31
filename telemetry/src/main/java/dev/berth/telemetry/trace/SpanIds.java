package dev.berth.telemetry.trace;

/**
 * Ids of an invocation's spans, which follow from its id: gateway, router and a router that takes over after a crash name the same span
 * alike without asking one another, and one that is told twice is the same to whoever collects it.
 *
 * <p>By FNV-1a over the characters and the finalizer of SplitMix64, which spreads each bit over all.
 */
final class SpanIds {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private SpanIds() {}

    /** 16 hexadecimal digits, not all 0. */
    static String span(String invocationId, String what, int attempt) {
        return hex(mixed(hash(hash(OFFSET, invocationId), what) + attempt));
    }

    /** 32 of a trace that begins with this invocation. */
    static String trace(String invocationId) {
        long hash = hash(OFFSET, invocationId);
        return hex(mixed(hash)) + hex(mixed(hash ^ PRIME));
    }

    /** From 0 to 1, the same for an invocation wherever it is asked. */
    static double share(String invocationId) {
        return (mixed(hash(OFFSET, invocationId) ^ OFFSET) >>> 11) * 0x1p-53;
    }

    private static long hash(long hash, String text) {
        long value = hash;
        for (int i = 0; i < text.length(); i++) {
            value = (value ^ text.charAt(i)) * PRIME;
        }
        return (value ^ 0x2f) * PRIME;
    }

    private static long mixed(long hash) {
        long z = hash;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static String hex(long value) {
        long id = value == 0 ? 1 : value;
        String digits = Long.toHexString(id);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
