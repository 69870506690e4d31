package dev.berth.router.core.affinity;

/** A container that serves keys. They all hold this one, so that its end is told to none of them and seen by each. */
public class KnownContainer {
    private final String id;
    private boolean removed;

    public KnownContainer(String id) {
        this.id = id;
    }

    public final String id() {
        return id;
    }

    /** Whether it is no more. */
    public final boolean isRemoved() {
        return removed;
    }

    /** It is no more. */
    public final void remove() {
        removed = true;
    }
}
