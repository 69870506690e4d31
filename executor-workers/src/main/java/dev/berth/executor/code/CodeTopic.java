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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Packages as they lie in chunks on the code topic. Thread-safe: each fetch has a consumer to itself. A few are kept from one fetch
 * to the next, as making one takes longer than a small package's fetch does.
 */
public final class CodeTopic implements CodeStore.CodeSource, AutoCloseable {
    private static final int KEPT_CONSUMERS = 2;
    // Closing waits for the fetch that is parked at the broker.
    private static final int FETCH_WAIT_MS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings kafka;
    private final TopicPartition partition;
    private final AvroCodec<CodeChunk> codec;
    private final String clientId;
    private final Deque<KafkaConsumer<String, byte[]>> kept = new ArrayDeque<>();
    private boolean closed;

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
        KafkaConsumer<String, byte[]> consumer = null;
        boolean usable = false;
        try {
            consumer = take();
            read(consumer, code, chunks);
            usable = true;
        } catch (KafkaException e) {
            throw new CodeException(
                    "The package " + code.getSha256() + " could not be read from topic " + partition.topic() + ": "
                            + e.getMessage(),
                    e);
        } finally {
            if (consumer != null) {
                giveBack(consumer, usable);
            }
        }
        if (chunks.size() < code.getChunks()) {
            throw new CodeException("Of the package " + code.getSha256() + " only " + chunks.size() + " of "
                    + code.getChunks() + " chunks are on topic " + partition.topic() + " from offset "
                    + code.getFirstOffset() + " on, after " + PATIENCE.toSeconds() + " s. Deploy the function again.");
        }
        return checked(code, chunks);
    }

    /** Gets ready for the first fetch, which would be slower than the next. */
    public void prepare() {
        KafkaConsumer<String, byte[]> consumer = null;
        boolean usable = false;
        try {
            consumer = take();
            consumer.assign(List.of(partition));
            // Learns where the partition is.
            consumer.endOffsets(List.of(partition));
            usable = true;
        } catch (KafkaException e) {
            return; // The first fetch finds it out, and says so.
        } finally {
            if (consumer != null) {
                giveBack(consumer, usable);
            }
        }
    }

    @Override
    public void close() {
        List<KafkaConsumer<String, byte[]>> idle;
        synchronized (kept) {
            closed = true;
            idle = List.copyOf(kept);
            kept.clear();
        }
        idle.forEach(consumer -> consumer.close(CLOSE));
    }

    private void read(KafkaConsumer<String, byte[]> consumer, CodeRef code, SortedMap<Integer, ByteBuffer> chunks) {
        consumer.assign(List.of(partition));
        // Compaction may have removed the very offset; the consumer goes on to the next that is there.
        consumer.seek(partition, code.getFirstOffset());
        long endsNanos = System.nanoTime() + PATIENCE.toNanos();
        while (chunks.size() < code.getChunks() && System.nanoTime() < endsNanos) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                take(record, code, chunks);
            }
        }
    }

    private KafkaConsumer<String, byte[]> take() {
        synchronized (kept) {
            if (!kept.isEmpty()) {
                return kept.pop();
            }
        }
        Map<String, Object> settings = kafka.consumer(clientId);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void giveBack(KafkaConsumer<String, byte[]> consumer, boolean usable) {
        synchronized (kept) {
            if (usable && !closed && kept.size() < KEPT_CONSUMERS) {
                kept.push(consumer);
                return;
            }
        }
        consumer.close(CLOSE);
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
