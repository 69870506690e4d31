package dev.berth.router.fleet;

import dev.berth.router.fleet.FleetCore.Member;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds {@link FleetCore} from the instances topic (one partition, so one mind) and publishes assignments. */
public final class FleetTopology {
    private static final Logger log = LoggerFactory.getLogger(FleetTopology.class);
    private static final String STORE = "assignments";
    private static final Duration TICK = Duration.ofMillis(250);

    private FleetTopology() {}

    /** The topology; stateless but for its store. */
    public static Topology build(TopicCatalogue topics, SchemaRegistry registry, FleetLimits limits) {
        AvroCodec<InstanceStatus> statuses = topics.instances().codec(registry);
        AvroCodec<Assignment> assignments = topics.fleet().codec(registry);
        return new Topology()
                .addSource(
                        "instances",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.instances().name())
                .addProcessor("fleet", () -> new FleetProcessor(topics, statuses, assignments, limits), "instances")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray()),
                        "fleet")
                .addSink(
                        "assignments-out",
                        topics.fleet().name(),
                        new StringSerializer(),
                        new ByteArraySerializer(),
                        "fleet");
    }

    private static final class FleetProcessor implements Processor<String, byte[], String, byte[]> {
        private final AvroCodec<InstanceStatus> statuses;
        private final AvroCodec<Assignment> assignments;
        private final int slots;
        private final FleetCore core;
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, byte[]> store;
        private long warnedMs;

        FleetProcessor(
                TopicCatalogue topics,
                AvroCodec<InstanceStatus> statuses,
                AvroCodec<Assignment> assignments,
                FleetLimits limits) {
            this.statuses = statuses;
            this.assignments = assignments;
            this.slots = topics.slots();
            this.core = new FleetCore(limits, slots);
        }

        @Override
        public void init(ProcessorContext<String, byte[]> processorContext) {
            context = processorContext;
            store = context.getStateStore(STORE);
            try (var all = store.all()) {
                while (all.hasNext()) {
                    var entry = all.next();
                    core.restore(member(assignments.decode(entry.value)), context.currentSystemTimeMs());
                }
            } catch (UndecodableException e) {
                throw new IllegalStateException("The fleet's own store cannot be read: " + e.getMessage(), e);
            }
            context.schedule(
                    TICK,
                    PunctuationType.WALL_CLOCK_TIME,
                    nowMs -> core.tick(nowMs).forEach(m -> publish(m, nowMs)));
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (record.value() == null) {
                return;
            }
            long nowMs = context.currentSystemTimeMs();
            try {
                InstanceStatus status = statuses.decode(record.value());
                var heartbeat = new FleetCore.Heartbeat(
                        status.getInstanceId(),
                        status.getIncarnation(),
                        status.getEpoch(),
                        status.getState() == InstanceState.STOPPED);
                Optional<Member> changed = core.heard(heartbeat, nowMs);
                changed.ifPresent(member -> publish(member, nowMs));
                boolean refused = changed.isEmpty() && heartbeat.epoch() == 0 && core.isFull(nowMs);
                if (refused && nowMs - warnedMs > 10_000) {
                    warnedMs = nowMs;
                    log.warn(
                            "Every dispatch slot is taken; configure more slots. slots={} instanceId={}",
                            slots,
                            status.getInstanceId());
                }
            } catch (UndecodableException e) {
                log.warn("Ignored a record on the instances topic key={} cause={}", record.key(), e.getMessage());
            }
        }

        private void publish(Member member, long nowMs) {
            log.info(
                    "Instance {} instanceId={} epoch={} slot={}",
                    member.state(),
                    member.instanceId(),
                    member.epoch(),
                    member.slot());
            byte[] value = assignments.encode(Assignment.newBuilder()
                    .setInstanceId(member.instanceId())
                    .setIncarnation(member.incarnation())
                    .setSlot(member.slot())
                    .setEpoch(member.epoch())
                    .setState(AssignmentState.valueOf(member.state().name()))
                    .setAssignedMs(member.assignedMs())
                    .build());
            store.put(member.instanceId(), value);
            context.forward(new Record<>(member.instanceId(), value, nowMs));
        }

        private static Member member(Assignment a) {
            FleetCore.State state = switch (a.getState()) {
                case LIVE, DRAINING -> FleetCore.State.LIVE;
                case RELEASED -> FleetCore.State.RELEASED;
                case LOST, UNKNOWN -> FleetCore.State.LOST;
            };
            return new Member(
                    a.getInstanceId(), a.getIncarnation(), a.getSlot(), a.getEpoch(), state, a.getAssignedMs());
        }
    }
}
