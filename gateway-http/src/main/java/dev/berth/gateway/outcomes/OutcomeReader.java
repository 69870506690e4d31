package dev.berth.gateway.outcomes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests with what was made of the outcomes of a stretch of time. Event loop; the outcomes are read on workers. */
public final class OutcomeReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutcomeReader.class);
    private static final int MOST_AT_A_TIME = 8;

    private final WorkerExecutor readers;
    private final TopicStretches outcomes;
    private final AvroCodec<Outcome> codec;
    private int reading;

    /** @param readers the workers that read; each request takes one for as long as it reads */
    public OutcomeReader(WorkerExecutor readers, KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        this.readers = readers;
        this.outcomes = new TopicStretches(
                kafka,
                "gateway-outcomes",
                topics.outcomes().name(),
                topics.outcomes().partitions());
        this.codec = topics.outcomes().codec(registry);
    }

    /**
     * Of a tenant's invocations that ended since a moment.
     *
     * @param most outcomes of everybody that are read
     * @param each is given the tenant's, on a worker
     * @param answer what was made of them, on the same worker; told whether all were read
     */
    public void answer(
            HttpServerResponse response,
            String tenant,
            long sinceMs,
            long most,
            Consumer<Outcome> each,
            Function<Boolean, ObjectNode> answer) {
        if (reading >= MOST_AT_A_TIME) {
            Answers.error(
                    response,
                    ApiError.tooMany(MOST_AT_A_TIME + " requests read outcomes already. Try again in a moment."));
            return;
        }
        reading++;
        readers.executeBlocking(() -> answer.apply(read(tenant, sinceMs, most, each)), false)
                .onComplete(done -> {
                    reading--;
                    if (done.succeeded()) {
                        Answers.json(response, 200, done.result());
                    } else {
                        Answers.failure(response, done.cause());
                    }
                });
    }

    @Override
    public void close() {
        outcomes.close();
    }

    private boolean read(String tenant, long sinceMs, long most, Consumer<Outcome> each) {
        long read = 0;
        try (TopicStretches.Reading stretch = outcomes.read(sinceMs, Long.MAX_VALUE)) {
            Optional<List<ConsumerRecord<byte[], byte[]>>> rows = stretch.next();
            while (rows.isPresent() && read < most) {
                for (ConsumerRecord<byte[], byte[]> row : rows.get()) {
                    read++;
                    decode(row)
                            .filter(outcome -> tenant.equals(outcome.getResult().getTenant()))
                            .ifPresent(each);
                }
                rows = stretch.next();
            }
            return rows.isEmpty();
        }
    }

    private Optional<Outcome> decode(ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(codec.decode(row.value()));
        } catch (UndecodableException e) {
            log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return Optional.empty();
        }
    }
}
