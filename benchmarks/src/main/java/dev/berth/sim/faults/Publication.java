package dev.berth.sim.faults;

import dev.berth.router.core.Request;

/**
 * A record of the invocations topic.
 *
 * @param asked how many routers did not know the invocation whose container it wants
 */
record Publication(Request request, int asked) {}
