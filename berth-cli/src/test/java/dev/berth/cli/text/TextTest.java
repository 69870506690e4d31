package dev.berth.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class TextTest {
    @Test
    void columnsAreAsWideAsTheyNeedToBeAndNumbersStandOnTheRight() {
        Table table = new Table("airport", "flights")
                .row("ATL", "20,000")
                .row("Zürich", "7")
                .row(null, "12 ms");

        assertThat(table.lines())
                .containsExactly("airport  flights", "ATL       20,000", "Zürich         7", "-          12 ms");
    }

    @Test
    void aTableIsCutToTheTerminalItsNumbersAndItsFirstColumnLast() {
        Table table = new Table("job", "function", "took")
                .row("0b9f8a52-1c3d", "a-function-with-a-long-name", "12,345 ms")
                .row("short", "f", "1 ms");

        assertThat(table.lines(40))
                .containsExactly(
                        "job            function             took",
                        "0b9f8a52-1c3d  a-function-wi…  12,345 ms",
                        "short          f                    1 ms");
        assertThat(table.lines(28)).allMatch(line -> line.length() <= 28).anyMatch(line -> line.endsWith("12,345 ms"));
        assertThat(table.lines(12)).allMatch(line -> line.length() <= 12).anyMatch(line -> line.endsWith("…"));
        assertThat(table.lines())
                .isEqualTo(table.lines(Integer.MAX_VALUE))
                .anyMatch(line -> line.contains("long-name"));
    }

    @Test
    void charactersThatTakeTwoColumnsOrNoneAreCountedAsSuch() {
        Table table = new Table("key", "n").row("東京東京東京", "1").row("e\u0301e\u0301", "2");

        assertThat(table.lines()).containsExactly("key           n", "東京東京東京  1", "e\u0301e\u0301            2");
        assertThat(table.lines(10)).containsExactly("key      n", "東京東…  1", "e\u0301e\u0301       2");
    }

    @Test
    void controlCharactersInACellCannotMoveTheCursor() {
        assertThat(new Table("name").row("a\033[2Jb\nc").lines()).containsExactly("name", "a?[2Jb?c");
    }

    @Test
    void agesAreSaidInTheLargestUnitThatFits() {
        assertThat(List.of(
                        Figures.age(5_000, 0),
                        Figures.age(600_000, 0),
                        Figures.age(10_800_000, 0),
                        Figures.age(432_000_000, 0),
                        Figures.age(0, 1_000)))
                .containsExactly("5 s", "10 m", "3 h", "5 d", "0 s");
    }

    @Test
    void aBarIsAlwaysAsLongAsItsCells() {
        for (double share : new double[] {-1, 0, 0.01, 0.33, 0.999, 1, 2}) {
            assertThat(Figures.bar(share, 10)).as("share %s", share).hasSize(10);
        }
        assertThat(Figures.bar(0.5, 10)).isEqualTo("█████·····");
    }

    @Test
    void awayFromATerminalOnlyTheFirstLineIsPrinted() {
        StringWriter out = new StringWriter();
        LiveLines lines = new LiveLines(new PrintWriter(out), false, 80);

        lines.show(List.of("first", "second"), 10_000);

        assertThat(out.toString()).isEqualTo("first" + System.lineSeparator());
        assertThat(lines.isDue(10_900)).isFalse();
        assertThat(lines.isDue(11_000)).isTrue();
    }

    @Test
    void onATerminalTheBlockIsDrawnOverItself() {
        StringWriter out = new StringWriter();
        LiveLines lines = new LiveLines(new PrintWriter(out), true, 30);

        lines.show(List.of("one", "two"), 0);
        lines.show(List.of("x".repeat(100)), 200);

        assertThat(out.toString())
                .contains("\033[2A")
                .contains("x".repeat(28) + "…")
                .doesNotContain("x".repeat(29));
    }

    @Test
    void aFailureIsOneLineWhateverALibraryPutIntoIt() {
        Throwable wrapped = new IllegalStateException("outer", new RuntimeException("the cause\n  in two lines"));

        assertThat(Failure.oneLine(Failure.rootMessage(wrapped))).isEqualTo("the cause in two lines");
    }

    @Test
    void proseIsBrokenAtSpacesAndHoldsNoControlCharacters() {
        String word = "x".repeat(60);

        assertThat(Paragraph.wrapped("one  two\nthree\u001b[1m " + word + " four", 40))
                .containsExactly("one two three [1m", word, "four");
        assertThat(Paragraph.wrapped("a ".repeat(60), 5))
                .allMatch(line -> line.length() <= 40)
                .hasSize(3);
        assertThat(Paragraph.wrapped("", 80)).containsExactly("");
    }
}
