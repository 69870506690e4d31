package dev.berth.sim;

/** A routing rule. It may change nothing of the view but pins. */
interface Policy {
    /**
     * Where an invocation goes.
     *
     * @param instanceId the instance
     * @param cold whether a new container is expected to be needed
     * @param waitUntilMs when it must come back if no container of its key has fallen idle by then; 0 if it need not wait for one
     */
    record Choice(String instanceId, boolean cold, double waitUntilMs) {}

    Choice choose(RouterView view, Call call, double nowMs);

    /** An instance came, said how busy it is, or went. Those that look at the view need not listen, nor to the rest. */
    default void instance(Node node, int load, double usedMb, double idleMb, double nowMs) {}

    /** An instance sent an invocation back, which is then to be chosen for again. */
    default void sentBack(Call call, double nowMs) {}

    /** An invocation ended. */
    default void ended(Call call, Box box, double nowMs) {}

    /** A container is no more. */
    default void removed(Box box, double nowMs) {}
}
