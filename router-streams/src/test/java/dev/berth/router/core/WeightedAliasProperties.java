package dev.berth.router.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.FunctionView.Rules;
import dev.berth.router.core.FunctionView.Split;
import dev.berth.router.core.FunctionView.Version;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;

/** Which version an alias with weights gives to which routing value. */
@Tag("core")
@Tag("R15")
class WeightedAliasProperties {
    private static final int KEYS = 20_000;

    @Property
    void equalRoutingValuesGetTheSameVersionOfOneThatIsNamed(
            @ForAll String key, @ForAll @DoubleRange(min = 0, max = 1) double share) {
        String once = version(alias(share), key);
        assertThat(once).isIn("1", "2");
        assertThat(version(alias(share), key)).isEqualTo(once);
    }

    @Property(tries = 30)
    void aVersionGetsItsShareOfTheRoutingValues(
            @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 1) double share) {
        FunctionView function = alias(share);
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            moved += version(function, seed + "-" + i).equals("2") ? 1 : 0;
        }
        // Five standard deviations of a fair draw at its widest.
        assertThat((double) moved / KEYS).isBetween(share - 0.018, share + 0.018);
    }

    @Property
    void aShareThatGrowsOnlyTakesRoutingValuesIn(
            @ForAll String key,
            @ForAll @DoubleRange(min = 0, max = 1) double one,
            @ForAll @DoubleRange(min = 0, max = 1) double other) {
        if (version(alias(Math.min(one, other)), key).equals("2")) {
            assertThat(version(alias(Math.max(one, other)), key)).isEqualTo("2");
        }
    }

    @Property
    void theEndsOfTheRangeAreAllAndNothing(@ForAll String key) {
        assertThat(version(alias(0), key)).isEqualTo("1");
        assertThat(version(alias(1), key)).isEqualTo("2");
    }

    @Property
    void aQualifierThatNamesAVersionHeedsNoWeight(@ForAll String key) {
        FunctionView function = alias(1);
        assertThat(function.resolve("1", key).orElseThrow().name()).isEqualTo("1");
        assertThat(function.resolve(null, key).orElseThrow().name()).isEqualTo(FunctionView.LATEST);
        assertThat(function.resolve(FunctionView.LATEST, key).orElseThrow().name())
                .isEqualTo(FunctionView.LATEST);
        assertThat(function.resolve("3", key)).isEmpty();
    }

    private static String version(FunctionView function, String key) {
        return function.resolve("live", key).orElseThrow().name();
    }

    private static FunctionView alias(double share) {
        return new FunctionView(
                "t",
                "f",
                new Version(FunctionView.LATEST, 30, 128, false),
                Map.of("1", new Version("1", 10, 128, false), "2", new Version("2", 20, 128, false)),
                Map.of("live", "1"),
                Map.of("live", new Split("2", share)),
                Rules.defaults());
    }
}
