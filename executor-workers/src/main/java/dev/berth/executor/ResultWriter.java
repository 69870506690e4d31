package dev.berth.executor;

import dev.berth.executor.pool.FunctionKey;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what an instance has to say: results, its status, its containers' events. Called by the pool's thread, and never
 * holds it up: what the producer cannot take now, because the broker is out of reach or its buffer is full, is kept and
 * written later, in order. How much is kept is bounded by the reader of dispatches, which pauses.
 */
final class ResultWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ResultWriter.class);

    private final String instanceId;
    private final TopicCatalogue topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AutoCloseable figures;
    private final AvroCodec<Result> results;
    private final AvroCodec<Result> replies;
    private final AvroCodec<InstanceStatus> instances;
    private final AvroCodec<ContainerEvent> containerEvents;
    /** Also added to by the producer's thread, when it gives a record up. */
    private final Queue<ProducerRecord<byte[], byte[]>> backlog = new ConcurrentLinkedQueue<>();

    private final AtomicInteger backlogSize = new AtomicInteger();

    ResultWriter(ExecutorConfig config) {
        this.instanceId = config.instanceId();
        this.topics = config.topics();
        Map<String, Object> settings = config.kafka().producer("berth-executor-" + instanceId);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        // An invocation after a quiet hour must not wait for metadata.
        settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis());
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.figures = config.telemetry().bind(producer);
        for (String topic : List.of(
                topics.instances().name(),
                topics.results().name(),
                topics.replies().name())) {
            try {
                producer.partitionsFor(topic);
            } catch (TimeoutException e) {
                log.debug("Metadata of {} is on its way", topic);
            }
        }
        this.results = topics.results().codec(config.registry()).registered();
        this.replies = topics.replies().codec(config.registry()).registered();
        this.instances = topics.instances().codec(config.registry()).registered();
        this.containerEvents = topics.containerEvents().codec(config.registry()).registered();
    }

    /** Hot: the last step of an invocation on this instance. */
    void result(InFlight inFlight, Result result) {
        Dispatch dispatch = inFlight.dispatch;
        Invocation invocation = dispatch.getInvocation();
        byte[] key = RoutingKey.of(invocation)
                .map(routingKey -> routingKey.text().getBytes(StandardCharsets.UTF_8))
                .orElse(null);
        byte[] encoded = results.encode(result);
        if (invocation.getReplyTo() != null && result.getStatus() != ResultStatus.BOUNCED) {
            send(
                    topics.replies().name(),
                    invocation.getReplyTo(),
                    invocation.getId().getBytes(StandardCharsets.UTF_8),
                    replies.writesAs(results) ? encoded : replies.encode(result));
        }
        send(topics.results().name(), dispatch.getRouterPartition(), key, encoded);
    }

    /**
     * Says how the instance is. Not kept if it cannot be written now: the next one says more.
     *
     * @return whether the producer took it
     */
    boolean status(InstanceStatus status) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topics.instances().name(), 0, instanceId.getBytes(StandardCharsets.UTF_8), instances.encode(status));
        return !producer.send(message, (metadata, error) -> {}).isDone();
    }

    /** Writes what could not be written before. */
    void catchUp() {
        for (int i = backlogSize.get(); i > 0; i--) {
            ProducerRecord<byte[], byte[]> kept = backlog.poll();
            backlogSize.decrementAndGet();
            send(kept);
            if (backlogSize.get() >= i) {
                return; // It came back: still no use.
            }
        }
    }

    /** How many records wait to be written. Any thread. */
    int backlog() {
        return backlogSize.get();
    }

    /** An asynchronous invocation has been running in a container for a while. */
    void busy(String containerId, InFlight inFlight) {
        containerEvent(containerId, inFlight.function(), ContainerEventType.BUSY, null, inFlight.id.invocationId());
    }

    void containerEvent(String containerId, FunctionKey function, ContainerEventType type, String reason) {
        containerEvent(containerId, function, type, reason, null);
    }

    private void containerEvent(
            String containerId, FunctionKey function, ContainerEventType type, String reason, String invocationId) {
        ContainerEvent event = ContainerEvent.newBuilder()
                .setContainerId(containerId)
                .setInstanceId(instanceId)
                .setTenant(function.tenant())
                .setFunction(function.function())
                .setRevision(function.revision())
                .setEvent(type)
                .setReason(reason)
                .setInvocationId(invocationId)
                .setAtUs(Micros.now())
                .build();
        send(
                topics.containerEvents().name(),
                0,
                containerId.getBytes(StandardCharsets.UTF_8),
                containerEvents.encode(event));
    }

    @Override
    public void close() {
        Telemetry.letGo(figures);
        producer.close(Duration.ofSeconds(5));
    }

    private void send(String topic, int partition, byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, partition, key, value);
        if (backlogSize.get() > 0) {
            keep(message);
        } else {
            send(message);
        }
    }

    private void send(ProducerRecord<byte[], byte[]> message) {
        producer.send(message, (metadata, error) -> {
            if (error instanceof RetriableException) {
                keep(message);
            } else if (error != null) {
                log.error(
                        "A record could not be written instance={} topic={} partition={} bytes={} cause={}",
                        instanceId,
                        message.topic(),
                        message.partition(),
                        message.value().length,
                        error.toString());
            }
        });
    }

    private void keep(ProducerRecord<byte[], byte[]> message) {
        backlog.add(message);
        if (backlogSize.incrementAndGet() == 1) {
            log.debug("Records of instance={} wait for the broker", instanceId);
        }
    }
}
