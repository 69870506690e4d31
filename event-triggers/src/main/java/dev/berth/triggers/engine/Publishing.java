package dev.berth.triggers.engine;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.EventShape;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.routing.Partitions;
import dev.berth.triggers.core.EventText;
import dev.berth.triggers.core.Flight;
import dev.berth.triggers.core.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Publishes a trigger's invocations. One thread. */
final class Publishing {
    private static final int MOST_HEADER_CHARS = 8 * 1024;
    /** What says of which trace a record is, as W3C has it. */
    private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

    private static final int MOST_TRACE_BYTES = 512;

    private final Trigger trigger;
    private final boolean batches;
    private final EventText text;
    private final String topic;
    private final int partitions;
    private final AvroCodec<Invocation> codec;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<Signal> inbox;

    /** @param batches invocations may be of several records, and say of which */
    Publishing(EngineContext context, Trigger trigger, boolean batches, Consumer<Signal> inbox) {
        var topics = context.config().topics();
        this.trigger = trigger;
        this.batches = batches;
        this.text = new EventText(trigger.getShape(), context.config().kafka().bootstrapServers());
        this.topic = topics.invocations().name();
        this.partitions = topics.invocations().partitions();
        this.codec = topics.invocations().codec(context.config().registry());
        this.producer = context.producer();
        this.inbox = inbox;
    }

    /** The event of some records, as the function receives it. */
    byte[] payload(List<SourceRecord> records) {
        return text.of(records);
    }

    /**
     * Publishes; that it did not succeed is told later.
     *
     * @param spec the function's; null if it is not known
     * @return 0, or how large its event would be if it is too large to be invoked
     */
    int publish(Flight flight, FunctionSpec spec) {
        byte[] payload = text.of(flight.records());
        if (payload.length > Limits.ASYNC_PAYLOAD_BYTES) {
            return payload.length;
        }
        Invocation invocation = new Invocation();
        invocation.setId(flight.id());
        invocation.setTenant(trigger.getTenant());
        invocation.setFunction(trigger.getFunction());
        invocation.setQualifier(trigger.getQualifier());
        invocation.setRoutingValue(flight.routingValue());
        invocation.setBusyPolicy(BusyPolicy.AUTO);
        invocation.setPinPolicy(PinPolicy.PREFER);
        invocation.setHeaders(headers(flight));
        invocation.setPayload(ByteBuffer.wrap(payload));
        invocation.setOrigin("trigger");
        // What is tried again is decided here.
        invocation.setMaxRetries(0);
        boolean limited = spec != null && spec.getReservedConcurrency() != null;
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic,
                            Partitions.of(invocation, limited, partitions),
                            Partitions.keyText(invocation).getBytes(StandardCharsets.UTF_8),
                            codec.encode(invocation)),
                    (metadata, failure) -> {
                        if (failure != null) {
                            inbox.accept(new Signal.NotPublished(flight, failure));
                        }
                    });
        } catch (RecordTooLargeException e) {
            return payload.length;
        } catch (KafkaException e) {
            inbox.accept(new Signal.NotPublished(flight, e));
        }
        return 0;
    }

    private Map<String, String> headers(Flight flight) {
        Map<String, String> headers = new HashMap<>();
        SourceRecord record = flight.records().get(0);
        // Of several records' traces one can go on: the first's.
        for (SourceRecord.Header header : record.headers()) {
            if (TRACE.contains(header.name()) && header.value() != null && header.value().length <= MOST_TRACE_BYTES) {
                headers.putIfAbsent(header.name(), new String(header.value(), StandardCharsets.ISO_8859_1));
            }
        }
        if (flight.records().size() == 1) {
            int chars = 0;
            for (SourceRecord.Header header : record.headers()) {
                String value = header.value() == null ? null : utf8(header.value());
                chars += header.name().length() + (value == null ? 0 : value.length());
                if (value != null && chars <= MOST_HEADER_CHARS) {
                    headers.putIfAbsent(header.name(), value);
                }
            }
            if (trigger.getShape() == EventShape.VALUE) {
                headers.put("berth-source", record.topic() + '-' + record.partition() + ':' + record.offset());
            }
        }
        if (batches) {
            headers.put(BatchHeader.NAME, BatchHeader.text(flight.failures(), flight.offsets()));
        }
        return headers;
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
