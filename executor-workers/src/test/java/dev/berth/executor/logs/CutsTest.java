package dev.berth.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class CutsTest {
    @Test
    void aLineThatHasNotEndedWaits() {
        assertThat(length("one\ntwo", false, false)).isEqualTo(4);
        assertThat(length("two", false, false)).isZero();
        assertThat(length("one\n", false, false)).isEqualTo(4);
    }

    @Test
    void theEndOfAnInvocationEndsItsLastLine() {
        assertThat(length("one\ntwo", true, false)).isEqualTo(7);
    }

    @Test
    void aLineLongerThanAChunkIsCutBetweenCharacters() {
        assertThat(length("aé€😀", false, true)).isEqualTo(10);
        for (int bytes = 7; bytes < 10; bytes++) {
            assertThat(Cuts.length(utf8("aé€😀"), bytes, false, true)).isEqualTo(6);
        }
        assertThat(Cuts.length(utf8("aé€"), 5, false, true)).isEqualTo(3);
        assertThat(Cuts.length(utf8("aé"), 2, false, true)).isEqualTo(1);
    }

    @Test
    void whatIsNoTextIsCutAnywhere() {
        byte[] onlyContinuations = new byte[100];
        Arrays.fill(onlyContinuations, (byte) 0x80);
        assertThat(Cuts.length(onlyContinuations, 100, false, true)).isEqualTo(100);
        assertThat(Cuts.length(new byte[] {(byte) 0xF0}, 1, false, true)).isEqualTo(1);
    }

    @Test
    void aBudgetIsFilledByTimeUpToABurst() {
        ByteBudget budget = new ByteBudget(100, 1_000, 0);
        budget.take(1_050);
        assertThat(budget.left(0)).isNegative();
        assertThat(budget.left(1_000)).isEqualTo(50);
        assertThat(budget.left(500)).isEqualTo(50);
        assertThat(budget.left(1_000_000)).isEqualTo(1_000);
    }

    private static int length(String text, boolean end, boolean full) {
        byte[] bytes = utf8(text);
        return Cuts.length(bytes, bytes.length, end, full);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
