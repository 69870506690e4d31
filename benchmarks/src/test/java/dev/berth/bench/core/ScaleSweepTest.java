package dev.berth.bench.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class ScaleSweepTest {
    private static final int BYTES_PROMISED = 150;

    @Test
    void aPinTakesNoMoreHeapThanPromised() {
        List<ScaleSweep.Point> points = ScaleSweep.run(List.of(200_000), List.of(20), 1, said -> {});

        assertThat(points).singleElement().satisfies(point -> {
            assertThat(point.bytesPerKey()).isBetween(50.0, (double) BYTES_PROMISED);
            assertThat(point.perSecond()).isPositive();
        });
    }

    @Test
    void eachPoolDecisionRunsInAWarmContainer() {
        PoolDecisions pool = new PoolDecisions();
        pool.containers = 16;
        pool.fill();

        for (int i = 0; i < 1_000; i++) {
            assertThat(pool.dispatchAndEnd()).isNotNull();
        }
    }
}
