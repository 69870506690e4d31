package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Finished in any order, committed in order. */
@Tag("core")
@Tag("E1")
class PartitionLedgerProperties {
    @Property(tries = 300)
    void whatMayBeCommittedIsTheFirstThatIsNotFinished(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int records) {
        Random random = new Random(seed);
        PartitionLedger ledger = new PartitionLedger(10);
        TreeMap<Long, Integer> unfinished = new TreeMap<>();
        List<Long> read = new ArrayList<>();
        long position = 10;
        for (int i = 0; i < records || !unfinished.isEmpty(); i++) {
            if (i < records && random.nextInt(3) > 0) {
                long offset = position + random.nextInt(3);
                ledger.read(offset, 7);
                unfinished.put(offset, 7);
                read.add(offset);
                position = offset + 1;
            } else if (!read.isEmpty()) {
                Collections.swap(read, random.nextInt(read.size()), read.size() - 1);
                long offset = read.remove(read.size() - 1);
                assertThat(ledger.finish(offset, 7)).isTrue();
                assertThat(ledger.finish(offset, 7)).as("once").isFalse();
                unfinished.remove(offset);
            }
            assertThat(ledger.committable()).isEqualTo(unfinished.isEmpty() ? position : unfinished.firstKey());
            assertThat(ledger.heldBytes()).isEqualTo(7L * unfinished.size());
        }
        assertThat(ledger.span()).isZero();
    }
}
