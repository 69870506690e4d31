package dev.berth.gateway.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Pin;
import dev.berth.schemas.RoutingKey;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks into the tables of pins and functions. Event loop; counting a hundred thousand rows is done on a worker, now and then. */
final class PinLook {
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(3);

    private final Vertx vertx;
    private final TopicTable<Pin> pins;
    private final TopicTable<FunctionSpec> functions;
    private final Map<String, Counted> counted = new HashMap<>();

    private static final class Counted {
        private ObjectNode counts = Json.object();
        private long atNs;
        private boolean counting;
    }

    PinLook(Vertx vertx, TopicTable<Pin> pins, TopicTable<FunctionSpec> functions) {
        this.vertx = vertx;
        this.pins = pins;
        this.functions = functions;
    }

    /** Where a key is pinned; null for nowhere. */
    ObjectNode pin(String tenant, String function, String key) {
        return pins.get(new RoutingKey(tenant, function, key).text())
                .map(pin -> Json.object()
                        .put("instance", pin.getInstanceId())
                        .put("container", pin.getContainerId())
                        .put("others", pin.getOthers().size()))
                .orElse(null);
    }

    /** How many pins and functions a tenant had when they were counted last. Never the same object with other numbers. */
    ObjectNode counts(String tenant) {
        Counted known = counted.computeIfAbsent(tenant, first -> new Counted());
        long nowNs = System.nanoTime();
        if (!known.counting && (known.counts.isEmpty() || nowNs - known.atNs > AGAIN_NS)) {
            known.counting = true;
            vertx.executeBlocking(
                            () -> Json.object()
                                    .put("pins", pins.scan(tenant + '/', null).count())
                                    .put(
                                            "functions",
                                            functions.scan(tenant + '/', null).count()),
                            false)
                    .onComplete(done -> {
                        known.counting = false;
                        known.atNs = System.nanoTime();
                        if (done.succeeded()) {
                            known.counts = done.result();
                        }
                    });
        }
        return known.counts;
    }

    /** Forgets what was counted for those who look on no more. */
    void forget() {
        counted.clear();
    }
}
