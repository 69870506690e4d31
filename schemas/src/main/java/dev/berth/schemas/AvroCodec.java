package dev.berth.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A topic's values as bytes and back: Confluent's wire format, that is a zero byte, the schema id in four bytes (big endian),
 * and the Avro binary body.
 *
 * <p>Thread-safe. Registers its schema with the registry on the first {@link #encode}.
 *
 * @param <T> the record of the topic
 */
public final class AvroCodec<T extends SpecificRecord> {
    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 5;

    static {
        AvroSafety.inForce();
    }

    private final Class<T> type;
    private final Schema schema;
    private final String subject;
    private final SchemaRegistry registry;
    private final SpecificDatumWriter<T> writer;
    private final ConcurrentHashMap<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
    private volatile int ownId = -1;

    /**
     * @param topic whose values these are; the subject is {@code <topic>-value}
     * @param type the generated class
     */
    public AvroCodec(String topic, Class<T> type, SchemaRegistry registry) {
        this.type = type;
        this.schema = schemaOf(type);
        this.subject = topic + "-value";
        this.registry = registry;
        // The code that Avro generated for the class, instead of a walk along the schema: a third of the time
        // (AvroCodecBenchmark).
        SpecificData generated = new SpecificData(type.getClassLoader());
        generated.setCustomCoders(true);
        this.writer = new SpecificDatumWriter<>(schema, generated);
    }

    /** Registers the schema now, so that the first record does not wait for it. */
    public AvroCodec<T> registered() {
        id();
        return this;
    }

    /** Whether a record's bytes are the same for another topic: registries know a schema by one id, whatever the subject. */
    public boolean writesAs(AvroCodec<T> other) {
        return id() == other.id();
    }

    /** The bytes of a record. Hot: called for each hop of an invocation. */
    public byte[] encode(T value) {
        int id = id();
        Scratch s = scratch.get();
        s.out.reset();
        s.out.write(MAGIC);
        s.out.write(id >>> 24);
        s.out.write(id >>> 16);
        s.out.write(id >>> 8);
        s.out.write(id);
        s.encoder = EncoderFactory.get().directBinaryEncoder(s.out, s.encoder);
        try {
            writer.write(value, s.encoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = s.out.toByteArray();
        s.shrink();
        return bytes;
    }

    /**
     * The record in some bytes. Hot: called for each hop of an invocation.
     *
     * @param bytes may be null, which is undecodable too
     * @throws UndecodableException if they are not a record of this type, whoever wrote them
     * @throws SchemaRegistry.RegistryException if the writer's schema is needed and the registry is out of reach
     */
    public T decode(byte[] bytes) throws UndecodableException {
        if (bytes == null) {
            throw new UndecodableException(
                    UndecodableException.Reason.EMPTY,
                    "The record has no value; a " + type.getSimpleName() + " was due.");
        }
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
            throw new UndecodableException(
                    UndecodableException.Reason.NOT_AVRO,
                    "The value is not Avro in Confluent's wire format (a zero byte, a schema id in four bytes, the body). "
                            + "Publish it with a serializer that uses the schema registry.");
        }
        SpecificDatumReader<T> reader = reader(ByteBuffer.wrap(bytes).getInt(1));
        Scratch s = scratch.get();
        s.decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, s.decoder);
        try {
            return reader.read(null, s.decoder);
        } catch (AvroTypeException e) {
            throw new UndecodableException(
                    UndecodableException.Reason.WRONG_SCHEMA,
                    "The value was written with a schema that does not resolve to " + schema.getFullName() + ": "
                            + e.getMessage(),
                    e);
        } catch (IOException | RuntimeException e) {
            throw new UndecodableException(
                    UndecodableException.Reason.MALFORMED,
                    "The value ends or breaks off inside a " + schema.getFullName() + ": " + e,
                    e);
        }
    }

    /** A Kafka serde for code that owns both ends; undecodable bytes throw {@link IllegalArgumentException}. */
    public Serde<T> serde() {
        Serializer<T> serializer = (topic, value) -> value == null ? null : encode(value);
        Deserializer<T> deserializer = (topic, bytes) -> {
            try {
                return bytes == null ? null : decode(bytes);
            } catch (UndecodableException e) {
                throw new IllegalArgumentException("On topic " + topic + ": " + e.getMessage(), e);
            }
        };
        return Serdes.serdeFrom(serializer, deserializer);
    }

    /** The topic's schema. */
    public Schema schema() {
        return schema;
    }

    private int id() {
        int id = ownId;
        if (id < 0) {
            id = registry.register(subject, schema);
            readers.put(id, new SpecificDatumReader<>(type));
            ownId = id;
        }
        return id;
    }

    private SpecificDatumReader<T> reader(int writerId) throws UndecodableException {
        SpecificDatumReader<T> reader = readers.get(writerId);
        if (reader == null) {
            reader = new SpecificDatumReader<>(type);
            reader.setSchema(registry.byId(writerId));
            readers.put(writerId, reader);
        }
        return reader;
    }

    private static Schema schemaOf(Class<? extends SpecificRecord> type) {
        try {
            return (Schema) type.getMethod("getClassSchema").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " was not generated by Avro", e);
        }
    }

    /** One thread's buffers, so that the hot path allocates the result and nothing else. */
    private static final class Scratch {
        private static final int KEPT_BYTES = 64 * 1024;
        private ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        private BinaryEncoder encoder;
        private BinaryDecoder decoder;

        /** One 6 MB payload must not hold 6 MB for each thread ever after. */
        void shrink() {
            if (out.size() > KEPT_BYTES) {
                out = new ByteArrayOutputStream(1024);
            }
        }
    }
}
