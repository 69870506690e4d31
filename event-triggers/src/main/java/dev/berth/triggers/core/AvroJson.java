package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/**
 * Avro data as plain JSON: records and maps as objects, the value of a union without its type, bytes as Avro's own JSON has them (a
 * character for each byte), logical types as what they are made of.
 */
public final class AvroJson {
    private AvroJson() {}

    /** The JSON of generic data. */
    public static byte[] of(Object data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = JsonText.JSON.createGenerator(bytes)) {
            write(out, data);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Object data) throws IOException {
        if (data == null) {
            out.writeNull();
        } else if (data instanceof GenericRecord row) {
            out.writeStartObject();
            for (Schema.Field field : row.getSchema().getFields()) {
                out.writeFieldName(field.name());
                write(out, row.get(field.pos()));
            }
            out.writeEndObject();
        } else if (data instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(entry.getKey().toString());
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else if (data instanceof Collection<?> items) {
            out.writeStartArray();
            for (Object item : items) {
                write(out, item);
            }
            out.writeEndArray();
        } else {
            scalar(out, data);
        }
    }

    private static void scalar(JsonGenerator out, Object data) throws IOException {
        if (data instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (data instanceof Integer number) {
            out.writeNumber(number);
        } else if (data instanceof Long number) {
            out.writeNumber(number);
        } else if (data instanceof Float number) {
            // NaN and the infinities are written as strings: JSON has no numbers for them.
            out.writeNumber(number);
        } else if (data instanceof Double number) {
            out.writeNumber(number);
        } else if (data instanceof ByteBuffer buffer) {
            out.writeString(
                    StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString());
        } else if (data instanceof GenericFixed fixed) {
            out.writeString(new String(fixed.bytes(), StandardCharsets.ISO_8859_1));
        } else {
            out.writeString(data.toString());
        }
    }
}
