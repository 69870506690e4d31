package dev.berth.router.core.affinity;

/**
 * What a router believes of an instance's load and room. {@link FleetLoad} owns and changes it.
 *
 * <p>Two counts are kept, and the larger believed: what the instance said last, which is late, and what this router has sent
 * there and has no result of, which leaves out other routers.
 */
public final class InstanceLoad {
    final String id;
    final long epoch;
    final int slots;
    final double memoryMb;
    /** Where the instance stands on the ring; also its half of the rendezvous hash. */
    final long point;

    boolean open;
    int reported;
    double saidMs = Double.NEGATIVE_INFINITY;
    int sent;
    double freeMb;
    double idleMb;
    private double recent;
    private double changedMs;

    InstanceLoad(String id, long epoch, int slots, double memoryMb, boolean open) {
        this.id = id;
        this.epoch = epoch;
        this.slots = slots;
        this.memoryMb = memoryMb;
        this.open = open;
        this.freeMb = memoryMb;
        this.point = Rendezvous.hash(id);
    }

    public String id() {
        return id;
    }

    public long epoch() {
        return epoch;
    }

    public double memoryMb() {
        return memoryMb;
    }

    public int slots() {
        return slots;
    }

    /** Invocations that run or wait there. */
    public int inFlight() {
        return Math.max(reported, sent);
    }

    /** Invocations in flight per slot. */
    public double perSlot() {
        return (double) inFlight() / slots;
    }

    /** Memory that no container holds. */
    public double freeMb() {
        return freeMb;
    }

    /** Memory that idle containers hold, which they would have to give up. */
    public double idleMb() {
        return idleMb;
    }

    /** Mean invocations in flight per slot over the last while, older ones counting ever less. */
    double recent(double nowMs) {
        double kept = Math.exp(-Math.max(0, nowMs - changedMs) / FleetLoad.RECENT_MS);
        return recent * kept + perSlot() * (1 - kept);
    }

    void recent(double known, double nowMs) {
        recent = known;
        changedMs = nowMs;
    }

    /** To be called before the load changes. */
    void remember(double nowMs) {
        recent = recent(nowMs);
        changedMs = Math.max(changedMs, nowMs);
    }

    boolean hasSlot() {
        return inFlight() < slots;
    }
}
