package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The window finds what executors take, whatever they are. */
@Tag("core")
@Tag("E6")
class FlightWindowTest {
    /** Flies against so many slots, each busy so long, and so long on the way; returns how busy the slots were at the end. */
    private static double utilisation(FlightWindow window, int slots, int serviceMs, int wayMs, int[] mostQueued) {
        PriorityQueue<long[]> ends = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
        PriorityQueue<Long> free = new PriorityQueue<>();
        for (int i = 0; i < slots; i++) {
            free.add(0L);
        }
        long nowMs = 1;
        long busyMs = 0;
        long fromMs = 20_000;
        long untilMs = 30_000;
        while (nowMs < untilMs) {
            while (window.hasRoom(ends.size())) {
                long startMs = Math.max(nowMs + wayMs, free.poll());
                free.add(startMs + serviceMs);
                if (startMs >= fromMs && startMs < untilMs) {
                    busyMs += serviceMs;
                    int queued = (int) Math.min(1_000_000, (startMs - nowMs - wayMs) * slots / serviceMs);
                    mostQueued[0] = Math.max(mostQueued[0], queued);
                }
                ends.add(new long[] {startMs + serviceMs, nowMs, startMs});
            }
            long[] end = ends.poll();
            nowMs = end[0];
            window.ended(end[1], end[2] - end[1], serviceMs, nowMs);
        }
        return (double) busyMs / (slots * (untilMs - fromMs));
    }

    @Property(tries = 20)
    void slotsAreBusyAndFewInvocationsQueue(
            @ForAll @IntRange(min = 1, max = 50) int slots, @ForAll @IntRange(min = 1, max = 500) int serviceMs) {
        int[] mostQueued = new int[1];
        double busy = utilisation(new FlightWindow(Integer.MAX_VALUE), slots, serviceMs, 4, mostQueued);
        // Of few slots that are quick, the window has no more than its largest.
        assertThat(busy)
                .as("utilisation of %d slots of %d ms", slots, serviceMs)
                .isGreaterThan(0.85);
        double roundsOfWork = 1 + 200.0 / serviceMs;
        assertThat((double) mostQueued[0])
                .as("queued at %d slots of %d ms", slots, serviceMs)
                // It begins with sixteen.
                .isLessThan(16 + 4 * slots * roundsOfWork);
    }

    @Example
    void aLimitIsNotExceeded() {
        FlightWindow window = new FlightWindow(3);
        utilisation(window, 100, 10, 1, new int[1]);
        assertThat(window.limit()).isEqualTo(3);
        assertThat(window.isAtMost()).isTrue();
    }

    @Example
    void aRefusalHalvesItOnceARound() {
        FlightWindow window = new FlightWindow(Integer.MAX_VALUE);
        int before = window.limit();
        window.refused(1, 10);
        window.refused(2, 11);
        assertThat(window.limit()).isEqualTo(before / 2);
    }
}
