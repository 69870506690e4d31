package dev.berth.replay.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayPosition;
import dev.berth.schemas.ReplayRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Positions and counts, whatever the order in which invocations end and whenever the process that counts is killed. */
@Tag("core")
@Tag("E10")
class WindowProperties {
    private static final int RECORDS = 60;

    /** What becomes of the record at an offset: the same whoever reads it. */
    private static int fate(int partition, long offset, long seed) {
        return new Random(seed * 31 + partition * 1_000L + offset).nextInt(6);
    }

    private static String id(int partition, long offset) {
        return ReplayIds.of("r-1", partition + "/" + offset);
    }

    @Property(tries = 300)
    void killsAtAnyMomentNeitherLoseNorDoubleACount(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitions) {
        Random chance = new Random(seed);
        List<ReplayRange> ranges = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            long from = chance.nextInt(10);
            ranges.add(new ReplayRange(partition, from, from + RECORDS));
        }
        Set<String> published = new HashSet<>();
        Map<String, Boolean> ended = new HashMap<>();
        List<ReplayPosition> saved = List.of();
        ReplayCounts finished = Window.none();
        Window window = null;
        for (int life = 0; life < 5; life++) {
            boolean last = life == 4;
            window = new Window(ranges, saved, finished);
            Map<Integer, Long> next = new HashMap<>();
            for (ReplayRange range : ranges) {
                next.put(range.getPartition(), window.position(range.getPartition()));
            }
            int steps = last ? Integer.MAX_VALUE : chance.nextInt(80);
            for (int step = 0; step < steps; step++) {
                boolean moved = false;
                ReplayRange range = ranges.get(chance.nextInt(partitions));
                int partition = range.getPartition();
                for (ReplayRange each : last ? ranges : List.of(range)) {
                    long offset = next.get(each.getPartition());
                    if (offset < each.getToOffset()) {
                        take(window, each.getPartition(), offset, seed, published, ended);
                        next.put(each.getPartition(), offset + 1);
                        moved = true;
                    }
                }
                List<String> open = new ArrayList<>(published);
                open.removeAll(ended.keySet());
                if (!open.isEmpty() && (last || chance.nextBoolean())) {
                    String id = open.get(chance.nextInt(open.size()));
                    ended.put(id, id.hashCode() % 2 == 0);
                    window.ended(id, ended.get(id));
                    moved = true;
                }
                assertThat(window.position(partition)).isBetween(range.getFromOffset(), range.getToOffset());
                if (last && !moved) {
                    break;
                }
            }
            saved = window.positions();
            finished = window.finished();
        }

        ReplayCounts counts = window.counts();
        long leftOut =
                counts.getLeftOut().values().stream().mapToLong(Long::longValue).sum();
        assertThat(window.unfinished()).isZero();
        assertThat(window.finished()).isEqualTo(counts);
        assertThat(counts.getPublished() + counts.getPutBack() + leftOut).isEqualTo((long) partitions * RECORDS);
        assertThat(counts.getSucceeded() + counts.getFailed()).isEqualTo(counts.getPublished());
        assertThat(counts.getPublished()).isEqualTo(published.size());
        assertThat(counts.getSucceeded())
                .isEqualTo(ended.values().stream().filter(each -> each).count());
        for (ReplayRange range : ranges) {
            assertThat(window.position(range.getPartition())).isEqualTo(range.getToOffset());
        }
    }

    private static void take(
            Window window, int partition, long offset, long seed, Set<String> published, Map<String, Boolean> ended) {
        switch (fate(partition, offset, seed)) {
            case 0 -> window.leftOut(partition, offset, LeftOut.OTHER_KEY);
            case 1 -> window.putBack(partition, offset);
            case 2, 3 -> {
                window.puttingBack(partition, offset, "letter-" + offset);
                window.arrived("letter-" + offset, offset % 2 == 0);
            }
            default -> {
                String id = id(partition, offset);
                window.published(partition, offset, id);
                published.add(id);
                // What a predecessor published and has ended is known before it is read again.
                if (ended.containsKey(id)) {
                    window.ended(id, ended.get(id));
                }
            }
        }
    }

    @Property(tries = 50)
    void endingsAreFoundAgainAndNothingElseIs(@ForAll @IntRange(min = 0, max = 5_000) int size, @ForAll long seed) {
        Endings endings = new Endings();
        for (int i = 0; i < size; i++) {
            endings.add(ReplayIds.of("r", seed + "/" + i), i % 3 == 0);
        }
        for (int i = 0; i < size; i++) {
            assertThat(endings.succeeded(ReplayIds.of("r", seed + "/" + i))).contains(i % 3 == 0);
            assertThat(endings.succeeded(ReplayIds.of("r", seed + "x" + i))).isEmpty();
        }
        assertThat(endings.size()).isEqualTo(size);
    }

    @Property(tries = 100)
    void aPaceIsNeverExceededByMoreThanATenthOfASecondsWorth(
            @ForAll @IntRange(min = 1, max = 5_000) int perSecond, @ForAll long seed) {
        Random chance = new Random(seed);
        Pace pace = new Pace(perSecond, 0);
        long nowNs = 0;
        long went = 0;
        for (int i = 0; i < 300; i++) {
            nowNs += chance.nextInt(50_000_000);
            for (int room = pace.room(nowNs); room > 0; room--) {
                pace.went();
                went++;
            }
            assertThat((double) went).isLessThanOrEqualTo(1 + perSecond * (nowNs / 1e9 + 0.1));
        }
        assertThat((double) went).as("it is not held up either").isGreaterThan(perSecond * (nowNs / 1e9) * 0.5 - 2);
    }
}
