package dev.berth.triggers;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.routing.Partitions;
import dev.berth.triggers.core.Destination;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes the record by which a destination is told of something. Thread-safe. */
public final class Telling {
    /** Counts how many destinations stand between an invocation and what began it. */
    public static final String CHAIN = "berth-destination-chain";

    /** A function that is the destination of its own destination would run for ever; Lambda ends such loops as soon. */
    private static final int MOST_IN_CHAIN = 16;

    private final String prefix;
    private final KnownTopics topics;
    private final String invocationsTopic;
    private final int partitions;
    private final AvroCodec<Invocation> codec;

    public Telling(TriggersConfig config, KnownTopics topics) {
        this.prefix = config.topics().prefix();
        this.topics = topics;
        this.invocationsTopic = config.topics().invocations().name();
        this.partitions = config.topics().invocations().partitions();
        this.codec = config.topics().invocations().codec(config.registry());
    }

    /**
     * What is told.
     *
     * @param id of the invocation that a function is told by; the same again is the same telling
     * @param parent the invocation whose ending it is
     * @param chain as that invocation's header {@link #CHAIN} has it, or null
     */
    public record News(String id, String tenant, String parent, String chain) {}

    /** It cannot be told, and will not be able to. */
    public static final class Untellable extends Exception {
        private static final long serialVersionUID = 1L;

        Untellable(String message) {
            super(message);
        }
    }

    /** How large what is told may be. */
    public static int mostBytes(Destination destination) {
        return switch (kind(destination)) {
            case TOPIC -> Limits.RECORD_BYTES - 64 * 1024;
            case FUNCTION -> Limits.ASYNC_PAYLOAD_BYTES;
        };
    }

    /** The destination as it was written, if it can be used at all. */
    public Destination destination(String text) throws Untellable {
        Optional<Destination> destination = Destination.parse(text);
        if (destination.isEmpty()) {
            throw new Untellable("'" + text + "' is no destination: give topic:NAME, or a function's name or ARN.");
        }
        if (destination.get() instanceof Destination.Topic topic) {
            requireTopic(topic.name());
        }
        return destination.get();
    }

    /** The record that tells JSON to a destination. */
    public ProducerRecord<byte[], byte[]> of(Destination destination, byte[] json, News news) throws Untellable {
        if (destination instanceof Destination.Topic topic) {
            return new ProducerRecord<>(topic.name(), news.parent().getBytes(StandardCharsets.UTF_8), json);
        }
        Invocation invocation = invocation((Destination.Function) destination, json, news);
        return new ProducerRecord<>(
                invocationsTopic,
                Partitions.of(invocation, false, partitions),
                Partitions.keyText(invocation).getBytes(StandardCharsets.UTF_8),
                codec.encode(invocation));
    }

    /** The invocation that tells JSON to a function. */
    public Invocation invocation(Destination.Function function, byte[] json, News news) throws Untellable {
        int chain = chain(news.chain()) + 1;
        if (chain > MOST_IN_CHAIN) {
            throw new Untellable("Destinations lead from function to function " + MOST_IN_CHAIN
                    + " times: they run in a circle, which ends here.");
        }
        Map<String, String> headers = new HashMap<>();
        headers.put(CHAIN, Integer.toString(chain));
        return Invocation.newBuilder()
                .setId(news.id())
                .setTenant(news.tenant())
                .setFunction(function.name())
                .setQualifier(function.qualifier())
                .setHeaders(headers)
                .setPayload(ByteBuffer.wrap(json))
                .setOrigin("destination")
                .setParent(news.parent())
                .build();
    }

    private void requireTopic(String name) throws Untellable {
        if (name.startsWith(prefix)) {
            throw new Untellable("Topic " + name + " is one of Berth's own, and no destination.");
        }
        if (topics.partitions(name) == 0) {
            throw new Untellable("There is no topic " + name + ". Create it, then redrive.");
        }
    }

    private static int chain(String header) {
        return header != null && header.matches("\\d{1,4}") ? Integer.parseInt(header) : 0;
    }

    private enum Kind {
        TOPIC,
        FUNCTION
    }

    private static Kind kind(Destination destination) {
        return destination instanceof Destination.Topic ? Kind.TOPIC : Kind.FUNCTION;
    }
}
