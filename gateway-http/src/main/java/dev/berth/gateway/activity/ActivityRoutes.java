package dev.berth.gateway.activity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.activity.core.ActivityReport;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /activity}. Event loop; the outcomes are read on workers. */
public final class ActivityRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ActivityRoutes.class);
    private static final int USUAL_SECONDS = 10;
    private static final int MOST_SECONDS = 300;
    private static final int MOST_AT_A_TIME = 4;
    /** Of one look; beyond it the answer says that it is not the whole. */
    private static final int MOST_OUTCOMES = 50_000;

    private final CallerIdentity identity;
    private final WorkerExecutor readers;
    private final TopicStretches outcomes;
    private final AvroCodec<Outcome> codec;
    private int reading;

    /** @param readers the workers that read; each request takes one for as long as it reads */
    public ActivityRoutes(
            CallerIdentity identity,
            WorkerExecutor readers,
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry) {
        this.identity = identity;
        this.readers = readers;
        this.outcomes = new TopicStretches(
                kafka,
                "gateway-activity",
                topics.outcomes().name(),
                topics.outcomes().partitions());
        this.codec = topics.outcomes().codec(registry);
    }

    /** What goes on. */
    public static void enter(Routes<ActivityRoutes> routes) {
        routes.add(HttpMethod.GET, "/activity", "berth:GetActivity", ActivityRoutes::get);
    }

    /** GET /activity?seconds=: of the tenant's invocations that ended in the last seconds. */
    public void get(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        int seconds = Parameters.number(ctx.request(), "seconds", USUAL_SECONDS, MOST_SECONDS);
        if (reading >= MOST_AT_A_TIME) {
            Answers.error(
                    ctx.response(),
                    ApiError.tooMany(MOST_AT_A_TIME + " requests read outcomes already. Try again in a moment."));
            return;
        }
        reading++;
        readers.executeBlocking(() -> report(tenant, seconds), false).onComplete(done -> {
            reading--;
            if (done.succeeded()) {
                Answers.json(ctx.response(), 200, done.result());
            } else {
                Answers.failure(ctx.response(), done.cause());
            }
        });
    }

    @Override
    public void close() {
        outcomes.close();
    }

    private ObjectNode report(String tenant, int seconds) {
        ActivityReport report = new ActivityReport();
        long nowMs = System.currentTimeMillis();
        int read = 0;
        try (TopicStretches.Reading stretch = outcomes.read(nowMs - seconds * 1_000L, Long.MAX_VALUE)) {
            Optional<List<ConsumerRecord<byte[], byte[]>>> rows = stretch.next();
            while (rows.isPresent() && read < MOST_OUTCOMES) {
                for (ConsumerRecord<byte[], byte[]> row : rows.get()) {
                    read++;
                    decode(row)
                            .filter(outcome -> tenant.equals(outcome.getResult().getTenant()))
                            .ifPresent(report::add);
                }
                rows = stretch.next();
            }
            return report.json(seconds, rows.isEmpty());
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
