package dev.berth.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Lines of logs for people: when, in which container, of which invocation, and what was printed. Functions print what they like,
 * so nothing of it reaches the terminal as a command.
 */
public final class LogPrinter {
    private static final int SHORT_ID = 12;
    private static final int SHORTENED = 8;
    private static final char CONTROL_PICTURES = '\u2400';
    private static final char DELETE_PICTURE = '\u2421';
    private static final char REPLACEMENT = '\uFFFD';
    private static final String DIM = "\033[2m";
    private static final String BOLD = "\033[1m";
    private static final String PLAIN = "\033[0m";

    private final Consumer<String> out;
    private final boolean colours;
    // Of a line that goes on in its container's next piece.
    private String unfinished;

    /** @param out takes text as it is; lines end with a line feed */
    public LogPrinter(Consumer<String> out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Prints a line as the gateway tells it. */
    public void print(JsonNode line) {
        String container = line.path("containerId").asText("-");
        boolean goesOn = container.equals(unfinished) && line.has("text");
        if (unfinished != null && !goesOn) {
            out.accept("\n");
        }
        if (!goesOn) {
            out.accept(prefix(line));
        }
        unfinished = null;
        if (line.has("report")) {
            out.accept(styled(BOLD, report(line.path("report"))) + "\n");
        } else if (line.has("text")) {
            boolean continues = line.path("continues").asBoolean();
            out.accept(harmless(line.path("text").asText()) + (continues ? "" : "\n"));
            unfinished = continues ? container : null;
        } else {
            out.accept(styled(
                            BOLD,
                            "(" + Figures.count(line.path("droppedBytes").asLong())
                                    + " bytes are missing here: more was printed than is kept of one container)")
                    + "\n");
        }
    }

    /** Ends a line that was not told to its end. */
    public void end() {
        if (unfinished != null) {
            out.accept("\n");
            unfinished = null;
        }
    }

    /**
     * Text without characters that a terminal would obey, or that would show it in another order: visible signs stand for them.
     * Tabs stay; a carriage return at the end of a line goes.
     */
    public static String harmless(String text) {
        int length = text.endsWith("\r") ? text.length() - 1 : text.length();
        StringBuilder safe = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                safe.append(c);
            } else if (c < ' ') {
                safe.append((char) (CONTROL_PICTURES + c));
            } else if (c == '\u007F') {
                safe.append(DELETE_PICTURE);
            } else if (Character.isISOControl(c)
                    || (c >= '\u2028' && c <= '\u202E')
                    || (c >= '\u2066' && c <= '\u2069')) {
                safe.append(REPLACEMENT);
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    private String prefix(JsonNode line) {
        Instant at = Instant.EPOCH.plus(line.path("atUs").asLong(), ChronoUnit.MICROS);
        String origin = String.format(
                Locale.ROOT,
                "%tFT%<tT.%<tLZ  %s  %s  ",
                at.atOffset(ZoneOffset.UTC),
                harmless(line.path("containerId").asText("-")),
                shortened(line.path("invocationId")
                        .asText(line.path("report").path("invocationId").asText("-"))));
        return styled(DIM, origin);
    }

    private static String shortened(String id) {
        return harmless(id.length() <= SHORT_ID ? id : id.substring(0, SHORTENED));
    }

    private static String report(JsonNode report) {
        StringBuilder text = new StringBuilder("REPORT RequestId: ")
                .append(harmless(report.path("invocationId").asText()));
        millis(text, "Duration", report.path("durationUs"));
        millis(text, "Init Duration", report.path("initUs"));
        text.append("  Status: ").append(harmless(report.path("status").asText()));
        if (report.has("errorType")) {
            text.append("  Error Type: ")
                    .append(harmless(report.path("errorType").asText()));
        }
        if (report.has("replayOf")) {
            text.append("  Replay Of: ").append(harmless(report.path("replayOf").asText()));
        }
        if (report.path("attempts").asInt() > 1) {
            text.append("  Attempts: ").append(report.path("attempts").asInt());
        }
        return text.toString();
    }

    private static void millis(StringBuilder text, String name, JsonNode us) {
        if (us.isNumber()) {
            text.append("  ")
                    .append(name)
                    .append(": ")
                    .append(Figures.fixed(us.asLong() / 1_000.0, 2))
                    .append(" ms");
        }
    }

    private String styled(String style, String text) {
        return colours ? style + text + PLAIN : text;
    }
}
