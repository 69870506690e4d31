package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Which outcomes the brokers have acknowledged.
 *
 * <p>An invocation stays in the store of what is in flight until then. Its outcome and the deletion go to different partitions:
 * a crash between could keep the deletion and lose the outcome, and its result, when it is read again, would find nothing to
 * end. The producer's threads add; the tasks, each for its partition, take.
 */
public final class OutcomeAcks {
    /** Header of an outcome's record: the invocation that it ends. A producer tells its headers with the acknowledgement. */
    static final String ID = "berth-id";

    private static final String SELF = "berth.outcome.acks";

    private final Map<Integer, Queue<String>> byPartition = new ConcurrentHashMap<>();

    /** What a producer must be told so that it tells of acknowledgements here. */
    public Map<String, Object> producerConfig() {
        return Map.of(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, Listener.class.getName(), SELF, this);
    }

    /** The invocations of a partition whose outcome is safe; each is told once. */
    List<String> take(int partition) {
        Queue<String> acknowledged = byPartition.get(partition);
        if (acknowledged == null) {
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        for (String id = acknowledged.poll(); id != null; id = acknowledged.poll()) {
            ids.add(id);
        }
        return ids;
    }

    void acknowledged(int partition, String id) {
        byPartition
                .computeIfAbsent(partition, p -> new ConcurrentLinkedQueue<>())
                .add(id);
    }

    /** Made by the producer, from its configuration. */
    public static final class Listener implements ProducerInterceptor<byte[], byte[]> {
        private OutcomeAcks acks;

        @Override
        public void configure(Map<String, ?> config) {
            acks = (OutcomeAcks) config.get(SELF);
        }

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception error, Headers headers) {
            Header id = error == null && headers != null ? headers.lastHeader(ID) : null;
            if (id != null) {
                acks.acknowledged(metadata.partition(), new String(id.value(), UTF_8));
            }
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }
}
