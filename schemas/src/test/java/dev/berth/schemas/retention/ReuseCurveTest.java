package dev.berth.schemas.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("R10")
class ReuseCurveTest {
    private static final Percentage HALF_A_STEP = Percentage.withPercentage(4.5);

    @Test
    void aCurveSurvivesItsEncodingWithinHalfAStep() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            float[] density = new float[ReuseCurve.POINTS];
            for (int point = 0; point < density.length; point++) {
                density[point] = (float) Math.pow(2, 31.5 * random.nextDouble() - 15.75);
            }
            ReuseCurve curve = new ReuseCurve(1 + random.nextInt(1_000_000), density);
            ReuseCurve read = ReuseCurve.decode(curve.scaleMs(), curve.encode());
            for (double idleMs = 1; idleMs < 1e9; idleMs *= 3) {
                assertThat(read.perMs(idleMs)).isCloseTo(curve.perMs(idleMs), HALF_A_STEP);
            }
        }
    }

    @Test
    void anEncodedCurveEncodesToTheSameBytes() {
        byte[] bytes = new byte[ReuseCurve.POINTS];
        for (int step = 0; step < 256; step++) {
            Arrays.fill(bytes, (byte) step);
            assertThat(ReuseCurve.decode(5, bytes).encode()).isEqualTo(bytes);
        }
    }

    @Test
    void noHopeStaysNoneAndWhatIsOutsideTheRangeIsTakenForItsEnd() {
        ReuseCurve read = ReuseCurve.decode(
                1,
                flat(0, 1e-30f, 1, 1e30f, Float.POSITIVE_INFINITY, Float.NaN, -1)
                        .encode());
        assertThat(read.density(0)).isZero();
        assertThat(read.density(1)).isCloseTo((float) Math.pow(2, -15.875), within(1e-9f));
        assertThat(read.density(2)).isEqualTo(1);
        assertThat(read.density(3)).isCloseTo((float) Math.pow(2, 15.875), within(1f));
        assertThat(read.density(4)).isEqualTo(read.density(3));
        assertThat(read.density(5)).isZero();
        assertThat(read.density(6)).isZero();
    }

    @Test
    void bytesThatAreNoCurveAreRefused() {
        assertThatThrownBy(() -> ReuseCurve.decode(1, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("21 points");
        assertThatThrownBy(() -> ReuseCurve.decode(0, new byte[ReuseCurve.POINTS]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReuseCurve.decode(Double.NaN, new byte[ReuseCurve.POINTS]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyOfWhichNothingIsKnownIsWorthTheSameForFiveMinutesAndLessAfter() {
        ReuseCurve unknown = ReuseCurve.unknown();
        assertThat(unknown.perMs(1)).isEqualTo(unknown.perMs(299_000)).isCloseTo(1 / 300_000.0, within(1e-12));
        assertThat(unknown.perMs(700_000)).isLessThan(unknown.perMs(299_000));
        assertThat(unknown.perMs(1e9)).isLessThan(unknown.perMs(1e8));
    }

    private static ReuseCurve flat(float... first) {
        float[] density = new float[ReuseCurve.POINTS];
        System.arraycopy(first, 0, density, 0, first.length);
        return new ReuseCurve(1, density);
    }
}
