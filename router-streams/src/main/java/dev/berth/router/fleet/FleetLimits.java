package dev.berth.router.fleet;

/**
 * The fleet's bounds.
 *
 * @param silenceMs an instance that has said nothing for this long is lost; it speaks each second
 * @param slotRestMs the slot of an ended instance may be given to another only after this long
 */
public record FleetLimits(long silenceMs, long slotRestMs) {
    /** Three heartbeats missed; a slot rests for a minute, so that a paused process that wakes reads its own old partition. */
    public static FleetLimits defaults() {
        return new FleetLimits(3_000, 60_000);
    }
}
