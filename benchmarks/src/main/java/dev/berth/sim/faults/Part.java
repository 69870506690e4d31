package dev.berth.sim.faults;

import java.util.ArrayDeque;

/** A process, or a thread that dies by itself: what it planned is not done once it is dead, and done later if it froze. */
class Part {
    private final VirtualTime time;
    private final ArrayDeque<Runnable> whileFrozen = new ArrayDeque<>();
    private boolean alive = true;
    private long frozenUntilMs;

    Part(VirtualTime time) {
        this.time = time;
    }

    final VirtualTime time() {
        return time;
    }

    final boolean isAlive() {
        return alive;
    }

    final void at(long atMs, Runnable what) {
        time.at(atMs, () -> post(what));
    }

    final void in(long delayMs, Runnable what) {
        time.in(delayMs, () -> post(what));
    }

    /** Again and again, until it dies. */
    final void each(long periodMs, Runnable what) {
        in(periodMs, () -> {
            what.run();
            each(periodMs, what);
        });
    }

    /** Runs it now; if the process stands still, when it goes on, in the order of posting. */
    final void post(Runnable what) {
        if (!alive) {
            return;
        }
        if (frozenUntilMs > 0) {
            whileFrozen.add(what);
        } else {
            what.run();
        }
    }

    /** Stands still, like a process in a long collection of garbage or one that was sent SIGSTOP. */
    final void freeze(long untilMs) {
        if (frozenUntilMs == 0) {
            frozenUntilMs = untilMs;
            time.at(untilMs, this::thaw);
        }
    }

    final void end() {
        alive = false;
        whileFrozen.clear();
    }

    private void thaw() {
        frozenUntilMs = 0;
        while (alive && !whileFrozen.isEmpty()) {
            whileFrozen.poll().run();
        }
    }
}
