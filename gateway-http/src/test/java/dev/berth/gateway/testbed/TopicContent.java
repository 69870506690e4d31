package dev.berth.gateway.testbed;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What lies on a topic now, read by a consumer that knows nothing of the gateway. */
public final class TopicContent {
    private TopicContent() {}

    /** A record; the value is null for a deletion. */
    public record Row<T>(String key, T value, long offset) {}

    /** All records of a topic's first partition. */
    public static <T extends SpecificRecord> List<Row<T>> of(GatewayBed bed, TopicCatalogue.Topic<T> topic) {
        return of(bed, topic, 0);
    }

    /** All records of a partition. */
    public static <T extends SpecificRecord> List<Row<T>> of(
            GatewayBed bed, TopicCatalogue.Topic<T> topic, int number) {
        AvroCodec<T> codec = topic.codec(bed.registry);
        List<Row<T>> rows = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                bed.kafka.consumer("content"), new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic.name(), number);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                    T value = each.value() == null ? null : codec.decode(each.value());
                    rows.add(new Row<>(each.key(), value, each.offset()));
                }
            }
        } catch (UndecodableException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    /** The last value of a key. */
    public static <T extends SpecificRecord> Optional<T> last(
            GatewayBed bed, TopicCatalogue.Topic<T> topic, String key) {
        return of(bed, topic).stream()
                .filter(row -> row.key().equals(key))
                .reduce((earlier, later) -> later)
                .map(Row::value);
    }
}
