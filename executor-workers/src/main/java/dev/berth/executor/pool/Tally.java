package dev.berth.executor.pool;

/** What containers hold together, kept up to date by adding and taking away single ones: asked for at each event. */
final class Tally {
    /** Of the instance's slots: one for each job that runs, and for each container on its way. */
    int slots;
    /** Containers on their way, for somebody or not. */
    int underway;
    /** Memory taken now. */
    int heldMb;
    /** Once every container that leaves has left, and every planned one has come. */
    int foreseenMb;
    /** Of containers that nobody needs now: to be had by removing them. */
    int freeMb;

    void add(Container container) {
        count(container, +1);
    }

    void take(Container container) {
        count(container, -1);
    }

    private void count(Container container, int sign) {
        int memoryMb = sign * container.memoryMb;
        slots += sign * container.slots();
        underway += container.isUnderway() ? sign : 0;
        heldMb += container.state.holdsMemory() ? memoryMb : 0;
        foreseenMb += container.isRemoving() ? 0 : memoryMb;
        freeMb += container.isEvictable() ? memoryMb : 0;
    }
}
