package dev.berth.replay.read;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Redrive;
import dev.berth.schemas.ReplayRange;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Which dead letters were redriven, by the letters' ids; read from the beginning of their topic to its end. */
public final class RedriveMarks {
    private static final Duration POLL = Duration.ofMillis(200);

    private RedriveMarks() {}

    /** Reads them all. */
    public static Map<String, Redrive> read(Topics topics, String client) {
        AvroCodec<Redrive> codec = topics.catalogue().redrives().codec(topics.registry());
        String topic = topics.catalogue().redrives().name();
        Map<String, Redrive> marks = new HashMap<>();
        long end;
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                topics.kafka().consumer(client), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition at = new TopicPartition(topic, 0);
            end = consumer.endOffsets(List.of(at)).get(at);
        }
        try (RangeReader rows = new RangeReader(
                topics.kafka(), client, topic, List.of(new ReplayRange(0, 0L, end)), ReplayRange::getFromOffset)) {
            while (!rows.isAtEnd()) {
                rows.poll(POLL).forEach(row -> take(row, codec, marks));
            }
        }
        return marks;
    }

    private static void take(ConsumerRecord<byte[], byte[]> row, AvroCodec<Redrive> codec, Map<String, Redrive> marks) {
        if (row.key() == null) {
            return;
        }
        String key = new String(row.key(), StandardCharsets.UTF_8);
        try {
            if (row.value() == null) {
                marks.remove(key);
            } else {
                marks.put(key, codec.decode(row.value()));
            }
        } catch (UndecodableException e) {
            // Nobody but Berth writes there: a letter whose mark cannot be read counts as one that was not redriven.
            marks.remove(key);
        }
    }
}
