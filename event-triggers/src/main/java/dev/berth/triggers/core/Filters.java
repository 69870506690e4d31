package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * EventBridge patterns over records, as in the filters of Lambda's Kafka sources: a record must match one of them.
 *
 * <p>A pattern sees {@code {"topic", "partition", "offset", "timestamp", "key", "value", "headers": {name: text}}}; the value as JSON if it is, else
 * as text; the key as text. What is not UTF-8 is not there.
 */
public final class Filters {
    private final Machine machine;

    /**
     * Filters by these patterns; none let every record pass.
     *
     * @throws IllegalArgumentException if one does not parse
     */
    public Filters(List<String> patterns) {
        machine = patterns.isEmpty() ? null : Machine.builder().build();
        for (int i = 0; i < patterns.size(); i++) {
            Optional<String> fault = fault(patterns.get(i));
            if (fault.isPresent()) {
                throw new IllegalArgumentException("Filter " + (i + 1) + " is no EventBridge pattern: " + fault.get());
            }
            try {
                machine.addRule("filter", patterns.get(i));
            } catch (IOException e) {
                throw new IllegalArgumentException("Filter " + (i + 1) + " is no EventBridge pattern", e);
            }
        }
    }

    /** What is wrong with a pattern; empty if nothing is. */
    public static Optional<String> fault(String pattern) {
        // The first line says it; the others say where in the parser.
        return Optional.ofNullable(JsonRuleCompiler.check(pattern))
                .map(fault -> fault.lines().findFirst().orElse("it is empty"));
    }

    /** Whether a record passes. */
    public boolean pass(SourceRecord record) {
        if (machine == null) {
            return true;
        }
        try {
            return !machine.rulesForJSONEvent(event(record)).isEmpty();
        } catch (Exception e) {
            // Deeper or longer than the matcher takes: no pattern can say what is in it.
            return false;
        }
    }

    private static String event(SourceRecord record) {
        StringWriter text = new StringWriter(record.bytes() + 200);
        try (JsonGenerator out = JsonText.JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("topic", record.topic());
            out.writeNumberField("partition", record.partition());
            out.writeNumberField("offset", record.offset());
            out.writeNumberField("timestamp", record.timestampMs());
            text(out, "key", record.key());
            if (record.body() != null && JsonText.isJson(record.body())) {
                out.writeFieldName("value");
                out.writeRawValue(new String(record.body(), StandardCharsets.UTF_8));
            } else {
                text(out, "value", record.body());
            }
            out.writeObjectFieldStart("headers");
            Set<String> written = new HashSet<>();
            for (SourceRecord.Header header : record.headers()) {
                if (written.add(header.name())) {
                    text(out, header.name(), header.value());
                }
            }
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator out, String name, byte[] bytes) throws IOException {
        Optional<String> text = bytes == null ? Optional.empty() : JsonText.utf8(bytes);
        if (text.isPresent()) {
            out.writeStringField(name, text.get());
        } else {
            out.writeNullField(name);
        }
    }
}
