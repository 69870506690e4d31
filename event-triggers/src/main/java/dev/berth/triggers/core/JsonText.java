package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes that may be JSON, or text, or neither. */
final class JsonText {
    private static final int NESTING = 1_000;

    /** Names are not shared between documents: names made to collide would slow the sharing down. */
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING)
                    .maxNumberLength(1_000_000)
                    .maxStringLength(16_000_000)
                    .build())
            .build();

    private JsonText() {}

    /** The bytes as text, if they are UTF-8. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether they are one JSON value and nothing else, in UTF-8. */
    static boolean isJson(byte[] bytes) {
        return utf8(bytes).filter(JsonText::isJson).isPresent();
    }

    private static boolean isJson(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            JsonToken first = json.nextToken();
            if (first == null) {
                return false;
            }
            json.skipChildren();
            return json.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes bytes as the JSON that they are; else as text; else as Base64 of what they are. Null and nothing are null. */
    static void write(JsonGenerator out, byte[] bytes) throws IOException {
        if (bytes == null || bytes.length == 0) {
            out.writeNull();
            return;
        }
        Optional<String> text = utf8(bytes);
        if (text.isEmpty()) {
            out.writeBinary(bytes);
        } else if (isJson(text.get())) {
            // As it stands: a number read and written again might be another.
            out.writeRawValue(text.get().strip());
        } else {
            out.writeString(text.get());
        }
    }
}
