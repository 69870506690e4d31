package dev.berth.triggers.engine;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerRouting;
import dev.berth.schemas.ValueFormat;
import dev.berth.schemas.routing.RoutingValues;
import dev.berth.triggers.core.Filters;
import dev.berth.triggers.core.JsonValues;
import dev.berth.triggers.core.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Looks at each record of a trigger: whether it can be invoked at all, whether it is wanted, and where it belongs. One thread. */
public final class Intake {
    /** A header of a record that was redriven: whose trigger it is for, as tenant/function; others do not want it again. */
    public static final String REDRIVE_FOR = "berth-redrive-for";

    private final Trigger trigger;
    private final Filters filters;
    private final AvroValues avro;
    private final RoutingRule rule;

    /**
     * Looks at records as a trigger wants them.
     *
     * @throws IllegalArgumentException if a filter does not parse
     */
    public Intake(Trigger trigger, SchemaRegistry registry) {
        this.trigger = trigger;
        this.filters = new Filters(trigger.getFilters());
        this.avro = new AvroValues(registry);
        this.rule = new RoutingRule(source(trigger.getRouting()), trigger.getRoutingExpression());
    }

    /**
     * What becomes of a record.
     *
     * @param wanted it matches a filter, or there are none; of one that is at fault nobody knows
     * @param fault why it cannot be invoked, in a word; null if it can
     */
    public record Verdict(SourceRecord record, boolean wanted, String fault, String message) {}

    /**
     * What becomes of a record.
     *
     * @throws SchemaRegistry.RegistryException if the registry is needed and out of reach
     */
    public Verdict of(ConsumerRecord<byte[], byte[]> row) {
        if (isForAnother(row)) {
            return new Verdict(record(row, row.value()), false, null, null);
        }
        byte[] body = row.value();
        String fault = null;
        String message = null;
        if (trigger.getValueFormat() != ValueFormat.BYTES && body == null) {
            fault = "empty";
            message = "The record has no value (a tombstone), and the trigger wants " + trigger.getValueFormat()
                    + ". Let its value format be bytes if such records are to be invoked.";
        } else if (trigger.getValueFormat() == ValueFormat.JSON && !JsonValues.isJson(body)) {
            fault = "not-json";
            message = "The value is not JSON in UTF-8, and the trigger wants that.";
        } else if (trigger.getValueFormat() == ValueFormat.AVRO) {
            AvroValues.Decoded decoded = avro.decode(body);
            body = decoded.json();
            fault = decoded.fault();
            message = decoded.message();
        }
        SourceRecord record = record(row, fault == null ? body : row.value());
        if (fault != null) {
            return new Verdict(record, true, fault, message);
        }
        if (!filters.pass(record)) {
            return new Verdict(record, false, null, null);
        }
        if (record.bytes() > Limits.ASYNC_PAYLOAD_BYTES) {
            return new Verdict(record, true, "too-large", tooLarge(record.bytes()));
        }
        return new Verdict(record, true, null, null);
    }

    private boolean isForAnother(ConsumerRecord<byte[], byte[]> row) {
        Header whose = row.headers().lastHeader(REDRIVE_FOR);
        String own = trigger.getTenant() + '/' + trigger.getFunction();
        return whose != null && whose.value() != null && !own.equals(new String(whose.value(), StandardCharsets.UTF_8));
    }

    /** What is said of a record that is too large, and what to do. */
    static String tooLarge(int bytes) {
        return "The event would have " + bytes + " bytes; at most " + Limits.ASYNC_PAYLOAD_BYTES
                + " can be invoked. Publish smaller records, store the data elsewhere and send a reference, or let the"
                + " trigger's event shape be VALUE, which adds nothing.";
    }

    private SourceRecord record(ConsumerRecord<byte[], byte[]> row, byte[] body) {
        List<SourceRecord.Header> headers = new ArrayList<>();
        for (Header header : row.headers()) {
            headers.add(new SourceRecord.Header(header.key(), header.value()));
        }
        return new SourceRecord(
                row.topic(),
                row.partition(),
                row.offset(),
                row.timestamp(),
                row.key(),
                row.value(),
                body,
                headers,
                routingValue(row.key(), body, headers));
    }

    private String routingValue(byte[] key, byte[] body, List<SourceRecord.Header> headers) {
        Invocation asked = new Invocation();
        asked.setTenant(trigger.getTenant());
        asked.setFunction(trigger.getFunction());
        Map<String, String> texts = new HashMap<>();
        if (rule.getSource() == RoutingSource.HEADER) {
            for (SourceRecord.Header header : headers) {
                if (header.value() != null) {
                    texts.putIfAbsent(header.name(), new String(header.value(), StandardCharsets.UTF_8));
                }
            }
        }
        asked.setHeaders(texts);
        asked.setPayload(ByteBuffer.wrap(body == null ? new byte[0] : body));
        return RoutingValues.derive(rule, asked, key).orElse(null);
    }

    private static RoutingSource source(TriggerRouting routing) {
        return switch (routing) {
            case NONE -> RoutingSource.NONE;
            case RECORD_KEY -> RoutingSource.RECORD_KEY;
            case HEADER -> RoutingSource.HEADER;
            case JSON_POINTER -> RoutingSource.JSON_POINTER;
        };
    }
}
