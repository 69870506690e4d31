package dev.berth.router.core.affinity;

/** Splits texts into shares: a share that grows only takes texts in, and gives none away. */
public final class Shares {
    private static final double UNIT = 0x1.0p-53;

    private Shares() {}

    /** Where a text lies between 0 and 1, the same for ever and on every router; it belongs to the share that is above. */
    public static double point(String text) {
        return (Rendezvous.hash(text) >>> 11) * UNIT;
    }
}
