package dev.berth.executor.pool;

/** Room for three containers, to fill and to ask for more: for tests of who goes then. */
final class FullInstance {
    final PoolDriver world = new PoolDriver(PoolLimits.of(4, 300));
    private int ids;

    /** Runs a first invocation, of whatever needs a container of its own, whose cold start takes so long. */
    void fill(Job job, int coldMs) {
        world.dispatch(job);
        world.nowMs += coldMs;
        world.startAll();
        world.settle();
    }

    /** The same, of a function of its own with one key that is expected so often. */
    void fill(String function, double intervalMs, int coldMs) {
        fill(Jobs.expected(intervalMs, true, of(function, "k")), coldMs);
    }

    /** What is asked for now is one container more. */
    void makeRoom() {
        world.dispatch(of("new", "k"));
    }

    Job of(String function, String key) {
        return Jobs.of(new FunctionKey("t", function, 1), Jobs.keyed("j" + ++ids, key));
    }

    boolean hasKept(String containerId) {
        return world.boxes.get(containerId).life == PoolDriver.Life.IDLE;
    }

    boolean hasGivenUp(String containerId) {
        return world.boxes.get(containerId).life == PoolDriver.Life.REMOVING;
    }
}
