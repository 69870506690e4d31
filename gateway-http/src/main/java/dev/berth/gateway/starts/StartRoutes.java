package dev.berth.gateway.starts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.http.Times;
import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.gateway.starts.core.StartReport;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /starts}. Event loop; the outcomes are read on workers. */
public final class StartRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StartRoutes.class);
    private static final long LOOK_BACK_MS = TimeUnit.HOURS.toMillis(1);
    private static final double BOUND_MS = 100;
    private static final int MOST_AT_A_TIME = 8;

    private final CallerIdentity identity;
    private final WorkerExecutor readers;
    private final TopicStretches outcomes;
    private final AvroCodec<Outcome> codec;
    private int reading;

    /** @param readers the workers that read; each request takes one for as long as it reads */
    public StartRoutes(
            CallerIdentity identity,
            WorkerExecutor readers,
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry) {
        this.identity = identity;
        this.readers = readers;
        this.outcomes = new TopicStretches(
                kafka,
                "gateway-starts",
                topics.outcomes().name(),
                topics.outcomes().partitions());
        this.codec = topics.outcomes().codec(registry);
    }

    /** How long starts took. */
    public static void enter(Routes<StartRoutes> routes) {
        routes.add(HttpMethod.GET, "/starts", "berth:GetStarts", StartRoutes::starts);
    }

    /** GET /starts?since=&bound=&function=: request-to-start of what ended since then, by path, against a bound. */
    public void starts(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String tenant = identity.tenant(request);
        String function = request.getParam("function");
        double boundMs = bound(request);
        long nowMs = System.currentTimeMillis();
        long sinceMs = Times.parameter(request, "since").orElse(nowMs - LOOK_BACK_MS);
        if (reading >= MOST_AT_A_TIME) {
            Answers.error(
                    ctx.response(),
                    ApiError.tooMany(MOST_AT_A_TIME + " requests read outcomes already. Try again in a moment."));
            return;
        }
        reading++;
        readers.executeBlocking(() -> report(tenant, function, boundMs, sinceMs), false)
                .onComplete(done -> {
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

    private ObjectNode report(String tenant, String function, double boundMs, long sinceMs) {
        StartReport report = new StartReport(boundMs);
        try (TopicStretches.Reading stretch = outcomes.read(sinceMs, Long.MAX_VALUE)) {
            for (Optional<List<ConsumerRecord<byte[], byte[]>>> rows = stretch.next();
                    rows.isPresent();
                    rows = stretch.next()) {
                for (ConsumerRecord<byte[], byte[]> row : rows.get()) {
                    decode(row)
                            .filter(outcome -> tenant.equals(outcome.getResult().getTenant()))
                            .filter(outcome -> function == null
                                    || function.equals(outcome.getResult().getFunction()))
                            .ifPresent(report::add);
                }
            }
        }
        return report.json().put("sinceMs", sinceMs);
    }

    private Optional<Outcome> decode(ConsumerRecord<byte[], byte[]> row) {
        try {
            return Optional.of(codec.decode(row.value()));
        } catch (UndecodableException e) {
            log.debug("Passed over a record topic={} offset={} reason={}", row.topic(), row.offset(), e.reason());
            return Optional.empty();
        }
    }

    private static double bound(HttpServerRequest request) {
        String given = request.getParam("bound");
        if (given == null) {
            return BOUND_MS;
        }
        if (!given.matches("[0-9]{1,7}(\\.[0-9]{1,3})?")) {
            throw ApiError.invalidParameter("The parameter bound must be milliseconds, such as 100.")
                    .exception();
        }
        return Double.parseDouble(given);
    }
}
