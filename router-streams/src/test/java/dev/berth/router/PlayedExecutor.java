package dev.berth.router;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Load;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** An instance without containers: follows the protocol of the topics and answers each dispatch by its key's container. */
final class PlayedExecutor implements AutoCloseable {
    private final String instanceId;
    private final String incarnation = UUID.randomUUID().toString();
    private final TopicCatalogue topics;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final AvroCodec<InstanceStatus> statuses;
    private final AvroCodec<Assignment> assignments;
    private final AvroCodec<Dispatch> dispatches;
    private final AvroCodec<Result> results;
    private final Map<String, String> containers = new ConcurrentHashMap<>();
    private final Set<String> started = new HashSet<>();
    private final AtomicInteger received = new AtomicInteger();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean holding;
    private volatile boolean announcing = true;
    private Assignment assignment;

    PlayedExecutor(String instanceId, KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics) {
        this.instanceId = instanceId;
        this.topics = topics;
        producer = new KafkaProducer<>(kafka.producer(instanceId), new StringSerializer(), new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(kafka.consumer(instanceId), new StringDeserializer(), new ByteArrayDeserializer());
        statuses = topics.instances().codec(registry);
        assignments = topics.fleet().codec(registry);
        dispatches = topics.dispatch().codec(registry);
        results = topics.results().codec(registry);
        thread = new Thread(this::run, "played-" + instanceId);
        thread.start();
    }

    void ready() throws InterruptedException {
        if (!ready.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError(instanceId + " got no slot");
        }
    }

    /** From now on, takes dispatches and says nothing. */
    void holdResults() {
        holding = true;
    }

    int received() {
        return received.get();
    }

    /** Falls silent without a word, as a killed process does. */
    void die() {
        announcing = false;
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join(10_000);
        if (announcing) {
            announce(InstanceState.STOPPED);
        }
        producer.close();
        consumer.close();
    }

    private void run() {
        TopicPartition fleet = new TopicPartition(topics.fleet().name(), 0);
        consumer.assign(List.of(fleet));
        consumer.seekToBeginning(List.of(fleet));
        long announcedMs = 0;
        try {
            while (running) {
                if (announcing && System.currentTimeMillis() - announcedMs > 500) {
                    announce(assignment == null ? InstanceState.STARTING : InstanceState.RUNNING);
                    announcedMs = System.currentTimeMillis();
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(20))) {
                    if (record.topic().equals(fleet.topic())) {
                        assigned(assignments.decode(record.value()), fleet);
                    } else {
                        answer(dispatches.decode(record.value()));
                    }
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void assigned(Assignment word, TopicPartition fleet) {
        if (!word.getIncarnation().equals(incarnation) || word.getState() != AssignmentState.LIVE) {
            return;
        }
        assignment = word;
        TopicPartition dispatch = new TopicPartition(topics.dispatch().name(), word.getSlot());
        consumer.assign(List.of(fleet, dispatch));
        consumer.seekToBeginning(List.of(dispatch));
        announce(InstanceState.RUNNING);
        ready.countDown();
    }

    private void answer(Dispatch dispatch) {
        String id = dispatch.getInvocation().getId();
        boolean mine = dispatch.getInstanceId().equals(instanceId) && dispatch.getEpoch() == assignment.getEpoch();
        if (!mine || !started.add(id + "/" + dispatch.getAttempt())) {
            return;
        }
        received.incrementAndGet();
        if (holding) {
            return;
        }
        String value = dispatch.getInvocation().getRoutingValue();
        boolean cold = !containers.containsKey(String.valueOf(value));
        String container = containers.computeIfAbsent(String.valueOf(value), v -> instanceId + "-c-" + v);
        Result result = Result.newBuilder()
                .setInvocationId(id)
                .setAttempt(dispatch.getAttempt())
                .setTenant(dispatch.getInvocation().getTenant())
                .setFunction(dispatch.getInvocation().getFunction())
                .setRoutingValue(value)
                .setStatus(ResultStatus.SUCCEEDED)
                .setInstanceId(instanceId)
                .setEpoch(dispatch.getEpoch())
                .setContainerId(container)
                .setReuse(cold ? Reuse.COLD : Reuse.WARM)
                .setFunctionVersion(dispatch.getFunctionVersion())
                .setRevision(dispatch.getRevision())
                .setTimings(Timings.newBuilder().setEndedUs(Micros.now()).build())
                .setLoad(new Load(0, 0, 1, 128, 128))
                .build();
        send(new ProducerRecord<>(
                topics.results().name(), dispatch.getRouterPartition(), value, results.encode(result)));
    }

    private void announce(InstanceState state) {
        InstanceStatus status = InstanceStatus.newBuilder()
                .setInstanceId(instanceId)
                .setIncarnation(incarnation)
                .setEpoch(assignment == null ? 0 : assignment.getEpoch())
                .setState(state)
                .setHost("test")
                .setContainerRuntime("none")
                .setSlots(4)
                .setMemoryMb(1024)
                .setLoad(new Load(0, 0, 0, 0, 0))
                .setSentMs(System.currentTimeMillis())
                .build();
        send(new ProducerRecord<>(topics.instances().name(), instanceId, statuses.encode(status)));
    }

    private void send(ProducerRecord<String, byte[]> record) {
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                throw new AssertionError(failure);
            }
        });
    }
}
