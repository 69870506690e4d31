package dev.berth.sim.faults;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A process's producer: what it sends reaches each partition in order and late. If the process is killed, each partition has
 * got the start of what was sent to it, each a start of its own.
 */
final class Sender {
    private final VirtualTime time;
    private final Network network;
    private final Map<Log<?>, Long> lastArrivalMs = new LinkedHashMap<>();
    private final Map<Log<?>, Long> cutOffMs = new LinkedHashMap<>();
    private boolean killed;

    Sender(VirtualTime time, Network network) {
        this.time = time;
        this.network = network;
    }

    /**
     * Sends a record after all that was sent to its partition before.
     *
     * @return when it gets there, if nothing happens to the sender before
     */
    <T> long send(Log<T> log, T value) {
        long arrivalMs = Math.max(lastArrivalMs.getOrDefault(log, 0L), time.nowMs() + network.delayMs());
        lastArrivalMs.put(log, arrivalMs);
        deliver(log, value, arrivalMs);
        return arrivalMs;
    }

    /** Overtaken by what is sent later, as a record that a full buffer sent back. */
    <T> void sendLate(Log<T> log, T value, long byMs) {
        deliver(log, value, time.nowMs() + byMs);
    }

    /** When all that was sent so far is there. */
    long flushedMs() {
        long lastMs = time.nowMs();
        for (long arrivalMs : lastArrivalMs.values()) {
            lastMs = Math.max(lastMs, arrivalMs);
        }
        return lastMs;
    }

    /** From now on nothing is sent; what is on its way to a partition gets there up to a moment that is drawn. */
    void kill() {
        killed = true;
        for (Log<?> log : lastArrivalMs.keySet()) {
            cutOffMs.put(log, time.nowMs() + network.delayMs() - 1);
        }
    }

    private <T> void deliver(Log<T> log, T value, long arrivalMs) {
        time.at(arrivalMs, () -> {
            if (!killed || arrivalMs <= cutOffMs.getOrDefault(log, time.nowMs())) {
                log.append(value);
            }
        });
    }
}
