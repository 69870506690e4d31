package dev.berth.gateway.kafka;

import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a {@link TopicFollower} feeds. Its one thread calls {@link #apply}; anybody may read the view meanwhile. */
public interface TopicView {
    /** The offset to go on from; empty to read from the beginning. */
    OptionalLong checkpoint(TopicPartition partition);

    /**
     * Takes records of one partition, in order. A record that is no good is passed over.
     *
     * @param next the offset after the last of them
     * @throws RuntimeException if the records could not be taken for now; they come again
     */
    void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next);
}
