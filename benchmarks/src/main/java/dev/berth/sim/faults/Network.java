package dev.berth.sim.faults;

import java.util.SplittableRandom;

/** How late records are: milliseconds mostly, now and then most of a second. */
final class Network {
    private final SplittableRandom random;
    private final Tally tally;
    private final boolean hiccups;
    private boolean calm;

    Network(SplittableRandom random, Tally tally, boolean hiccups) {
        this.random = random;
        this.tally = tally;
        this.hiccups = hiccups;
    }

    long delayMs() {
        if (hiccups && !calm && random.nextInt(200) == 0) {
            tally.count(Fault.RECORD_DELAYED);
            return random.nextLong(20, 900);
        }
        return random.nextLong(1, 4);
    }

    void calmDown() {
        calm = true;
    }
}
