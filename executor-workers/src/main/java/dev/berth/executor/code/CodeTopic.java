package dev.berth.executor.code;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.CodeChunk;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Packages as they lie in chunks on the code topic. Thread-safe: each fetch has a consumer of its own. */
public final class CodeTopic implements CodeStore.CodeSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings kafka;
    private final TopicPartition partition;
    private final AvroCodec<CodeChunk> codec;
    private final String clientId;

    /**
     * @param clientId names the consumers in the broker's log
     */
    public CodeTopic(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, String clientId) {
        this.kafka = kafka;
        this.partition = new TopicPartition(topics.code().name(), 0);
        this.codec = topics.code().codec(registry);
        this.clientId = clientId;
    }

    @Override
    public byte[] fetch(CodeRef code) throws CodeException {
        if (code.getSizeBytes() > Limits.CODE_ZIP_BYTES || code.getChunks() < 1) {
            throw new CodeException("The package " + code.getSha256() + " is said to have " + code.getSizeBytes()
                    + " bytes in " + code.getChunks() + " chunks; at most " + Limits.CODE_ZIP_BYTES
                    + " bytes are accepted.");
        }
        SortedMap<Integer, ByteBuffer> chunks = new TreeMap<>();
        long endsNanos = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(clientId), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            // Compaction may have removed the very offset; the consumer goes on to the next that is there.
            consumer.seek(partition, code.getFirstOffset());
            while (chunks.size() < code.getChunks() && System.nanoTime() < endsNanos) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    take(record, code, chunks);
                }
            }
        } catch (KafkaException e) {
            throw new CodeException(
                    "The package " + code.getSha256() + " could not be read from topic " + partition.topic() + ": "
                            + e.getMessage(),
                    e);
        }
        if (chunks.size() < code.getChunks()) {
            throw new CodeException("Of the package " + code.getSha256() + " only " + chunks.size() + " of "
                    + code.getChunks() + " chunks are on topic " + partition.topic() + " from offset "
                    + code.getFirstOffset() + " on, after " + PATIENCE.toSeconds() + " s. Deploy the function again.");
        }
        return checked(code, chunks);
    }

    private void take(ConsumerRecord<String, byte[]> record, CodeRef code, SortedMap<Integer, ByteBuffer> chunks) {
        if (record.value() == null || record.key() == null || !record.key().startsWith(code.getSha256())) {
            return;
        }
        try {
            CodeChunk chunk = codec.decode(record.value());
            if (chunk.getSha256().equals(code.getSha256())
                    && chunk.getIndex() >= 0
                    && chunk.getIndex() < code.getChunks()) {
                chunks.put(chunk.getIndex(), chunk.getData());
            }
        } catch (UndecodableException e) {
            // Another copy of the chunk may follow; if none does, the count tells.
            return;
        }
    }

    private static byte[] checked(CodeRef code, SortedMap<Integer, ByteBuffer> chunks) throws CodeException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream((int) code.getSizeBytes());
        for (ByteBuffer chunk : chunks.values()) {
            byte[] bytes = new byte[chunk.remaining()];
            chunk.duplicate().get(bytes);
            whole.write(bytes, 0, bytes.length);
        }
        byte[] zip = whole.toByteArray();
        try {
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
            if (!sum.equals(code.getSha256())) {
                throw new CodeException("The package on topic code has SHA-256 " + sum + ", but the function names "
                        + code.getSha256() + ". Deploy the function again.");
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
        return zip;
    }
}
