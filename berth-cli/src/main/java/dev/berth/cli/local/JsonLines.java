package dev.berth.cli.local;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log line as a JSON object: {@code at}, {@code level}, {@code thread}, {@code logger}, {@code message}, {@code stack} if there is one,
 * and under {@code ids} whatever the message says as key=value, so that {@code ids.invocation} finds all lines about one.
 *
 * <p>Not logback's own JsonEncoder: it knows arguments without their names, and Berth's names are in the message.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    /** A word, and what follows up to a space or the comma or colon before one. */
    private static final Pattern PAIR =
            Pattern.compile("(?<![^\\s(])([a-zA-Z][a-zA-Z0-9]*)=(\\S*?)(?=[,:;).]?(?:\\s|$))");

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        ObjectNode line = Json.object()
                .put("at", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                .put("level", event.getLevel().toString())
                .put("thread", event.getThreadName())
                .put("logger", event.getLoggerName())
                .put("message", message);
        ObjectNode ids = Json.object();
        for (Matcher pair = PAIR.matcher(message); pair.find(); ) {
            ids.put(pair.group(1), pair.group(2));
        }
        if (!ids.isEmpty()) {
            line.set("ids", ids);
        }
        if (event.getThrowableProxy() != null) {
            line.put("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return (Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
