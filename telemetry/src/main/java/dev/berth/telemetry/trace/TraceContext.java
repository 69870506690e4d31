package dev.berth.telemetry.trace;

import java.util.Map;
import java.util.Optional;

/**
 * Where in which trace something is: W3C's {@code traceparent}, which AWS calls {@code X-Amzn-Trace-Id} and writes in another way.
 *
 * @param traceId 32 hexadecimal digits, not all 0
 * @param spanId 16, of the span that what comes next belongs to
 * @param sampled whether whoever began the trace wants its spans
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 * @see <a href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">X-Ray's header</a>
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    /** The header of HTTP, of Kafka's records, and of an invocation. */
    public static final String TRACEPARENT = "traceparent";
    /** AWS's header, under which invocations carry it too. */
    public static final String XRAY = "x-amzn-trace-id";

    private static final int TRACE_CHARS = 32;
    private static final int SPAN_CHARS = 16;
    private static final int LENGTH = 2 + 1 + TRACE_CHARS + 1 + SPAN_CHARS + 1 + 2;

    /** That of an invocation's headers; {@code traceparent} comes first. Hot: nothing to do for one without headers. */
    public static Optional<TraceContext> of(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        Optional<TraceContext> parent = parse(headers.get(TRACEPARENT));
        return parent.isPresent() ? parent : parseXray(headers.get(XRAY));
    }

    /** Reads {@code 00-<trace>-<span>-<flags>}; empty if it is not one, in which case nobody minds. */
    public static Optional<TraceContext> parse(String text) {
        if (text == null || text.length() < LENGTH || text.startsWith("ff") || !isHex(text, 0, 2)) {
            return Optional.empty();
        }
        // Later versions may have more behind another hyphen.
        boolean ends = text.length() == LENGTH || (!text.startsWith("00") && text.charAt(LENGTH) == '-');
        if (!ends || text.charAt(2) != '-' || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return Optional.empty();
        }
        if (!isHex(text, 3, 35) || !isHex(text, 36, 52) || !isHex(text, 53, LENGTH)) {
            return Optional.empty();
        }
        String trace = text.substring(3, 35);
        String span = text.substring(36, 52);
        if (isZero(trace) || isZero(span)) {
            return Optional.empty();
        }
        boolean sampled = (Character.digit(text.charAt(54), 16) & 1) == 1;
        return Optional.of(new TraceContext(trace, span, sampled));
    }

    /** Reads {@code Root=1-<8>-<24>;Parent=<16>;Sampled=1}; empty if it is not one or names no parent. */
    static Optional<TraceContext> parseXray(String text) {
        if (text == null) {
            return Optional.empty();
        }
        String root = field(text, "Root=");
        String parent = field(text, "Parent=");
        if (root == null || parent == null || root.length() != 35 || !root.startsWith("1-") || root.charAt(10) != '-') {
            return Optional.empty();
        }
        String flags = "1".equals(field(text, "Sampled=")) ? "01" : "00";
        return parse("00-" + root.substring(2, 10) + root.substring(11) + "-" + parent + "-" + flags);
    }

    /** The same trace at another of its spans. */
    public TraceContext at(String otherSpan) {
        return new TraceContext(traceId, otherSpan, sampled);
    }

    /** As W3C writes it. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    /** As X-Ray writes it: what Lambda's runtimes and AWS's SDKs take. */
    public String xray() {
        return "Root=1-" + traceId.substring(0, 8) + "-" + traceId.substring(8) + ";Parent=" + spanId
                + (sampled ? ";Sampled=1" : ";Sampled=0");
    }

    private static String field(String text, String name) {
        for (String part : text.split(";", -1)) {
            String trimmed = part.strip();
            if (trimmed.startsWith(name)) {
                return trimmed.substring(name.length());
            }
        }
        return null;
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(c -> c == '0');
    }
}
