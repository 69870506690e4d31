package dev.berth.gateway.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.events.core.EventRecord;
import dev.berth.gateway.events.core.Webhook;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.EventPublisher;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.TopicCatalogue;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;

/** {@code POST /events/TOPIC}: a request's body becomes a record. Event loop; topics that are not known yet are looked up on a worker. */
public final class EventRoutes {
    private static final int BODY_BYTES = 4 * 1024 * 1024;
    private static final int MOST_PARTITIONS = 1_000;
    private static final int MOST_LOOKUPS = 64;

    private final CallerIdentity identity;
    private final TopicCatalogue topics;
    private final TopicTable<FunctionSpec> functions;
    private final BodyReader bodies;
    private final WorkerExecutor lookups;
    private final EventPublisher publisher;
    private int lookingUp;

    public EventRoutes(
            CallerIdentity identity,
            TopicCatalogue topics,
            TopicTable<FunctionSpec> functions,
            BodyReader bodies,
            WorkerExecutor lookups,
            EventPublisher publisher) {
        this.identity = identity;
        this.topics = topics;
        this.functions = functions;
        this.bodies = bodies;
        this.lookups = lookups;
        this.publisher = publisher;
    }

    /** Webhooks. */
    public static void enter(Routes<EventRoutes> routes) {
        routes.add(HttpMethod.POST, "/events/:topic", "berth:PublishEvent", BODY_BYTES, EventRoutes::publish);
    }

    /** 202 with each record's partition and offset, once the brokers have all of them. */
    public void publish(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String topic =
                TriggerStore.known(identity.tenant(request), topics, functions).topic(ctx.pathParam("topic"));
        int create = create(request.getParam("create"));
        String keyRule = request.getParam("key");
        List<Map.Entry<String, String>> headers = List.copyOf(request.headers().entries());
        bodies.read(request, BODY_BYTES, "PublishEvent")
                .compose(body -> {
                    List<EventRecord> events;
                    try {
                        events = Webhook.records(keyRule, headers, body.bytes());
                    } catch (RuntimeException e) {
                        body.release();
                        return Future.failedFuture(e);
                    }
                    // The bytes are in memory until the brokers have them, and count until then.
                    return prepared(topic, create)
                            .compose(ready -> Future.all(events.stream()
                                    .map(event -> Future.fromCompletionStage(
                                            publisher.publish(topic, event),
                                            ctx.vertx().getOrCreateContext()))
                                    .toList()))
                            .map(sent -> answer(topic, sent.<RecordMetadata>list()))
                            .onComplete(done -> body.release());
                })
                .onSuccess(json -> Answers.json(ctx.response(), 202, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private Future<Void> prepared(String topic, int create) {
        if (publisher.isPrepared(topic)) {
            return Future.succeededFuture();
        }
        if (lookingUp >= MOST_LOOKUPS) {
            return Future.failedFuture(ApiError.tooMany(
                            "Many requests wait for Kafka to say whether their topics are there. The event was not"
                                    + " published on " + topic + "; try again.")
                    .exception());
        }
        lookingUp++;
        return lookups.<Void>executeBlocking(
                        () -> {
                            if (!publisher.isPrepared(topic)) {
                                publisher.prepare(topic, create);
                            }
                            return null;
                        },
                        false)
                .onComplete(done -> lookingUp--);
    }

    private static ObjectNode answer(String topic, List<RecordMetadata> sent) {
        ObjectNode json = Json.object().put("topic", topic);
        var rows = json.putArray("records");
        sent.forEach(at -> rows.addObject().put("partition", at.partition()).put("offset", at.offset()));
        return json;
    }

    private static int create(String given) {
        if (given == null) {
            return 0;
        }
        if (given.matches("\\d{1,4}")) {
            int partitions = Integer.parseInt(given);
            if (partitions >= 1 && partitions <= MOST_PARTITIONS) {
                return partitions;
            }
        }
        throw ApiError.invalidParameter("create must be the number of partitions to make the topic with, from 1 to "
                        + MOST_PARTITIONS + ".")
                .exception();
    }
}
