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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what an instance has to say: results, its status, its containers' events. Called by the pool's thread only; a slow
 * broker holds that thread up once the producer's buffer is full, and so the instance as a whole.
 */
final class ResultWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ResultWriter.class);

    private final String instanceId;
    private final TopicCatalogue topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroCodec<Result> results;
    private final AvroCodec<Result> replies;
    private final AvroCodec<InstanceStatus> instances;
    private final AvroCodec<ContainerEvent> containerEvents;

    ResultWriter(ExecutorConfig config) {
        this.instanceId = config.instanceId();
        this.topics = config.topics();
        this.producer = new KafkaProducer<>(
                config.kafka().producer("berth-executor-" + instanceId),
                new ByteArraySerializer(),
                new ByteArraySerializer());
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
        if (invocation.getReplyTo() != null && result.getStatus() != ResultStatus.BOUNCED) {
            send(
                    topics.replies().name(),
                    invocation.getReplyTo(),
                    invocation.getId().getBytes(StandardCharsets.UTF_8),
                    replies.encode(result));
        }
        send(topics.results().name(), dispatch.getRouterPartition(), key, results.encode(result));
    }

    void status(InstanceStatus status) {
        send(topics.instances().name(), 0, instanceId.getBytes(StandardCharsets.UTF_8), instances.encode(status));
    }

    void containerEvent(String containerId, FunctionKey function, ContainerEventType type, String reason) {
        ContainerEvent event = ContainerEvent.newBuilder()
                .setContainerId(containerId)
                .setInstanceId(instanceId)
                .setTenant(function.tenant())
                .setFunction(function.function())
                .setRevision(function.revision())
                .setEvent(type)
                .setReason(reason)
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
        producer.close(Duration.ofSeconds(5));
    }

    private void send(String topic, int partition, byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, partition, key, value), (metadata, error) -> {
            if (error != null) {
                // Nothing is lost: the router, which misses the result, has the attempt done again.
                log.error(
                        "A record could not be written instance={} topic={} partition={} cause={}",
                        instanceId,
                        topic,
                        partition,
                        error.toString());
            }
        });
    }
}
