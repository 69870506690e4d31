package dev.berth.gateway.explain;

import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision log: stretches of the dispatch topic, read on demand. There is no index of it by invocation, as explaining is rare
 * and dispatching is not.
 */
public final class DispatchLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DispatchLog.class);

    private final TopicStretches stretches;
    private final AvroCodec<Dispatch> codec;

    public DispatchLog(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        this.stretches = new TopicStretches(
                kafka,
                "gateway-dispatch-log",
                topics.dispatch().name(),
                topics.dispatch().partitions());
        this.codec = topics.dispatch().codec(registry);
    }

    /**
     * Starts to read what was dispatched in a stretch of time. Blocks shortly.
     *
     * @param fromMs epoch milliseconds
     * @param toMs of this moment none any more
     */
    TopicStretches.Reading read(long fromMs, long toMs) {
        return stretches.read(fromMs, toMs);
    }

    /** The dispatch in a record; empty if somebody wrote what is none. */
    Optional<Dispatch> decode(ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(codec.decode(row.value()));
        } catch (UndecodableException e) {
            log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return Optional.empty();
        }
    }

    /** Ends every reading with {@link IllegalStateException}. */
    @Override
    public void close() {
        stretches.close();
    }
}
