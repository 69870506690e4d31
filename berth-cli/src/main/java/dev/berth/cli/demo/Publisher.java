package dev.berth.cli.demo;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes flights as invocations with a plain Kafka producer, as any program could, in a thread of its own. It waits for
 * nothing but the broker's acknowledgements.
 */
final class Publisher implements AutoCloseable {
    private static final String TENANT = "default";

    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroCodec<Invocation> codec;
    private final String topic;
    private final String function;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private Thread thread;

    Publisher(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics, String function) {
        this.producer = new KafkaProducer<>(
                kafka.producer("berth-demo-publisher"), new ByteArraySerializer(), new ByteArraySerializer());
        this.codec = topics.invocations().codec(registry).registered();
        this.topic = topics.invocations().name();
        this.function = function;
    }

    /**
     * Starts publishing.
     *
     * @param perSecond 0 publishes as fast as the broker takes them
     */
    void start(List<Flight> flights, int perSecond) {
        thread = new Thread(() -> publish(flights, perSecond), "berth-demo-publisher");
        thread.setDaemon(true);
        thread.start();
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /** Why publishing stopped early, or null. */
    Exception failure() {
        return failure.get();
    }

    private void publish(List<Flight> flights, int perSecond) {
        long startedNs = System.nanoTime();
        try {
            for (int i = 0; i < flights.size() && failure.get() == null; i++) {
                if (perSecond > 0) {
                    pause(startedNs + i * 1_000_000_000L / perSecond);
                }
                send(flights.get(i));
            }
            producer.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() asked for it
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void send(Flight flight) {
        // Each airport's running mean is in one container: a second one would have half of the flights.
        Invocation invocation = Invocation.newBuilder()
                .setBusyPolicy(BusyPolicy.WAIT)
                .setId(flight.id())
                .setFunction(function)
                .setRoutingValue(flight.origin())
                .setPayload(ByteBuffer.wrap(flight.payload().getBytes(StandardCharsets.UTF_8)))
                .build();
        byte[] key = new RoutingKey(TENANT, function, flight.origin()).text().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, key, codec.encode(invocation)), (metadata, e) -> {
            if (e == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, e);
            }
        });
    }

    private static void pause(long untilNs) throws InterruptedException {
        long ms = (untilNs - System.nanoTime()) / 1_000_000;
        if (ms > 0) {
            Thread.sleep(ms);
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        producer.close(java.time.Duration.ofSeconds(2));
    }
}
