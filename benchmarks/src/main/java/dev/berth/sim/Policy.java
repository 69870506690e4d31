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
}
