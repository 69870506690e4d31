package dev.berth.router.core.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.retention.ContainerWorth;
import dev.berth.schemas.retention.ReuseCurve;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("R10")
class ReuseModelTest {
    private static final double MINUTE_MS = 60_000;

    private final ReuseModel model = new ReuseModel();
    private final ContainerWorth worth = new ContainerWorth();

    @Test
    void whatComesOftenIsWorthMoreThanWhatComesSeldom() {
        assertThat(worthOf(timer(MINUTE_MS), 0)).isGreaterThan(worthOf(timer(30 * MINUTE_MS), 0));
    }

    @Test
    void timerAboutToFireIsWorthMoreThanJustAfterAndLittleOnceMissed() {
        ReuseCurve hourly = timer(60 * MINUTE_MS);

        assertThat(worthOf(hourly, 55 * MINUTE_MS)).isGreaterThan(2 * worthOf(hourly, MINUTE_MS));
        assertThat(worthOf(hourly, 180 * MINUTE_MS)).isLessThan(worthOf(hourly, 55 * MINUTE_MS) / 2);
    }

    @Test
    void keyOfAKindThatSeldomReturnsIsWorthLess() {
        ReuseModel loyal = new ReuseModel();
        for (int i = 0; i < 2_000; i++) {
            KeyState visitor = new KeyState("v" + i, RuleSettings.defaults());
            visitor.arrived(0, model);
            visitor = new KeyState("w" + i, RuleSettings.defaults());
            visitor.arrived(0, loyal);
            visitor.arrived(MINUTE_MS, loyal);
        }

        assertThat(worthOf(loyal.curve(KeyProfile.UNKNOWN), 30_000))
                .isGreaterThan(5 * worthOf(model.curve(KeyProfile.UNKNOWN), 30_000));
    }

    @Test
    @Tag("R10")
    void costlierAndSmallerContainersAreKeptLonger() {
        ReuseCurve curve = timer(MINUTE_MS);
        worth.started(1_000);

        assertThat(worth.first(5_000, 128, curve, 0)).isGreaterThan(worth.first(500, 128, curve, 0));
        assertThat(worth.first(500, 128, curve, 0)).isGreaterThan(worth.first(500, 512, curve, 0));
    }

    @Test
    @Tag("R18")
    void surplusContainersGoBeforeTheFirst() {
        ReuseCurve curve = timer(MINUTE_MS);

        assertThat(worth.surplus(1_000, 128, MINUTE_MS, 10 * MINUTE_MS, 30_000))
                .isLessThan(worth.first(1_000, 128, curve, 30_000));
    }

    private ReuseCurve timer(double periodMs) {
        KeyState key = new KeyState("timer-" + periodMs, RuleSettings.defaults());
        ReuseCurve curve = null;
        for (int i = 0; i < 300; i++) {
            key.arrived(i * periodMs, model);
            curve = key.curve(model);
        }
        return curve;
    }

    private double worthOf(ReuseCurve curve, double idleMs) {
        return worth.first(1_000, 128, curve, idleMs);
    }
}
