package dev.berth.router.streams;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterCore;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Pin;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one router task keeps over its own restart: its pins and what is in flight, each with a changelog topic. What is done
 * needs no store: the task's partition of the outcomes topic says it ({@link OutcomeTail}).
 */
final class RouterStores {
    static final String PINS = "pins";
    static final String IN_FLIGHT = "in-flight";

    private final KeyValueStore<String, byte[]> pins;
    private final KeyValueStore<String, byte[]> inFlight;
    private final AvroCodec<Pin> pinCodec;
    private final AvroCodec<InFlightRecord> inFlightCodec;
    private final RecentInvocations recent = new RecentInvocations();

    /** An invocation in flight. Nobody changes it once it was saved. */
    record Saved(Invocation invocation, long publishedUs) {}

    /** The codecs of all tasks. */
    record Codecs(AvroCodec<Pin> pin, AvroCodec<InFlightRecord> inFlight) {
        static Codecs of(TopicCatalogue topics, SchemaRegistry registry) {
            return new Codecs(topics.pins().codec(registry), topics.inFlight().codec(registry));
        }
    }

    RouterStores(ProcessorContext<?, ?> context, Codecs codecs) {
        pins = context.getStateStore(PINS);
        inFlight = context.getStateStore(IN_FLIGHT);
        pinCodec = codecs.pin();
        inFlightCodec = codecs.inFlight();
    }

    /** Gives a new core all that is kept. */
    void restoreInto(RouterCore core) {
        try (var all = pins.all()) {
            while (all.hasNext()) {
                Pin pin = pinCodec.decode(all.next().value);
                core.restorePin(pin.getTenant(), pin.getFunction(), pin.getRoutingValue(), Records.pin(pin));
            }
        } catch (UndecodableException e) {
            throw unreadable(PINS, e);
        }
        try (var all = inFlight.all()) {
            while (all.hasNext()) {
                core.restoreFlight(Records.inFlight(inFlightCodec.decode(all.next().value)));
            }
        } catch (UndecodableException e) {
            throw unreadable(IN_FLIGHT, e);
        }
    }

    void save(RouterAction.SavePin save) {
        String key = new RoutingKey(save.tenant(), save.function(), save.routingValue()).text();
        pins.put(key, pinCodec.encode(Records.pinRecord(save, key)));
    }

    void save(Invocation invocation, long publishedUs, InFlight flight) {
        recent.put(new Saved(invocation, publishedUs));
        inFlight.put(invocation.getId(), inFlightCodec.encode(Records.inFlightRecord(invocation, publishedUs, flight)));
    }

    /** The invocation as it was saved. Hot: its result comes soon after it, as a rule, and then it is at hand. */
    Saved load(String invocationId) {
        Saved known = recent.get(invocationId);
        if (known != null) {
            return known;
        }
        try {
            InFlightRecord record = inFlightCodec.decode(inFlight.get(invocationId));
            return new Saved(record.getInvocation(), record.getPublishedUs());
        } catch (UndecodableException e) {
            throw unreadable(IN_FLIGHT, e);
        }
    }

    void forget(String invocationId) {
        recent.remove(invocationId);
        inFlight.delete(invocationId);
    }

    private static IllegalStateException unreadable(String store, UndecodableException e) {
        return new IllegalStateException("The router's own store " + store + " cannot be read: " + e.getMessage(), e);
    }
}
