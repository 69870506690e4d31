package dev.berth.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
@Tag("O2")
class TraceContextTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String XRAY = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";

    @Test
    void bothFormsSayTheSame() {
        TraceContext context = TraceContext.parse(PARENT).orElseThrow();
        assertThat(context.traceparent()).isEqualTo(PARENT);
        assertThat(context.xray()).isEqualTo(XRAY);
        assertThat(TraceContext.of(Map.of(TraceContext.XRAY, XRAY))).contains(context);
    }

    @Test
    void ofTwoFormsTheTraceparentCounts() {
        String other = XRAY.replace("00f067", "11f067");
        assertThat(TraceContext.of(Map.of(TraceContext.TRACEPARENT, PARENT, TraceContext.XRAY, other)))
                .map(TraceContext::spanId)
                .contains("00f067aa0ba902b7");
    }

    @Test
    void aLaterVersionMayHaveMoreBehindIt() {
        assertThat(TraceContext.parse("cc" + PARENT.substring(2) + "-what-the-future-brings"))
                .isPresent();
        assertThat(TraceContext.parse("cc" + PARENT.substring(2) + ".nothing")).isEmpty();
        assertThat(TraceContext.parse(PARENT + "-more")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-0123"
            })
    void whatIsNoneIsNone(String text) {
        assertThat(TraceContext.parse(text)).isEmpty();
        assertThat(TraceContext.parseXray(text)).isEmpty();
    }
}
