package dev.berth.triggers.engine;

import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.UndecodableException;
import dev.berth.triggers.core.AvroJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Values in Confluent's wire format as JSON, by the schemas that they name. One thread. */
final class AvroValues {
    private static final int HEADER_BYTES = 5;
    private static final int MOST_SCHEMAS = 1_000;

    private final SchemaRegistry registry;
    private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();

    AvroValues(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** What a value is, or why it is nothing. */
    @SuppressWarnings("ArrayRecordComponent")
    record Decoded(byte[] json, String fault, String message) {}

    /** @throws SchemaRegistry.RegistryException if the registry is out of reach: a fault of now, not of the value */
    Decoded decode(byte[] value) {
        if (value.length < HEADER_BYTES || value[0] != 0) {
            return fault(
                    "not-avro",
                    "The value is not Avro in Confluent's wire format (a zero byte, a schema id in four bytes, the body)."
                            + " Publish it with a serializer that uses the schema registry, or let the trigger's value"
                            + " format be bytes or JSON.");
        }
        try {
            GenericDatumReader<Object> reader = reader(ByteBuffer.wrap(value).getInt(1));
            BinaryDecoder in =
                    DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
            Object data = reader.read(null, in);
            if (!in.isEnd()) {
                return fault("malformed", "There are bytes behind what the value's schema describes.");
            }
            return new Decoded(AvroJson.of(data), null, null);
        } catch (UndecodableException e) {
            return fault(e.reason().word(), e.getMessage());
        } catch (SchemaRegistry.RegistryException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return fault("malformed", "The value ends or breaks off inside what its schema describes: " + e);
        }
    }

    private GenericDatumReader<Object> reader(int id) throws UndecodableException {
        GenericDatumReader<Object> reader = readers.get(id);
        if (reader == null) {
            if (readers.size() >= MOST_SCHEMAS) {
                readers.clear();
            }
            Schema schema = registry.byId(id);
            reader = new GenericDatumReader<>(schema);
            readers.put(id, reader);
        }
        return reader;
    }

    private static Decoded fault(String reason, String message) {
        return new Decoded(null, reason, message);
    }
}
