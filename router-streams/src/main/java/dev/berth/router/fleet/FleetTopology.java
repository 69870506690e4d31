package dev.berth.router.fleet;

import dev.berth.router.fleet.FleetCore.Member;
import dev.berth.router.pause.BrokerHearing;
import dev.berth.router.pause.PauseGuard;
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
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds {@link FleetCore} from the instances topic (one partition, so one mind) and publishes assignments. */
public final class FleetTopology {
    private static final Logger log = LoggerFactory.getLogger(FleetTopology.class);
    private static final Duration TICK = Duration.ofMillis(250);
    /** Without an answer of the broker, or a turn of its own, for so long, the keeper takes nobody's silence for a sign. */
    private static final long DEAF_MS = 1_000;

    private FleetTopology() {}

    /**
     * The topology; it has no store.
     *
     * @param tail what was said before
     * @param hearing of the application that runs it
     */
    public static Topology build(
            TopicCatalogue topics,
            SchemaRegistry registry,
            FleetTail tail,
            FleetLimits limits,
            PauseGuard guard,
            BrokerHearing hearing) {
        AvroCodec<InstanceStatus> statuses = topics.instances().codec(registry);
        AvroCodec<Assignment> assignments = topics.fleet().codec(registry);
        return new Topology()
                .addSource(
                        "instances",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.instances().name())
                .addProcessor(
                        "fleet",
                        () -> new FleetProcessor(topics, statuses, assignments, tail, limits, guard, hearing),
                        "instances")
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
        private final FleetTail tail;
        private final FleetCore core;
        private final PauseGuard guard;
        private final BrokerHearing hearing;
        private int pausesBefore;
        private double lastAnswers;
        private long lastAnswerMs;
        private long lastTickMs;
        private ProcessorContext<String, byte[]> context;
        private long warnedMs;

        FleetProcessor(
                TopicCatalogue topics,
                AvroCodec<InstanceStatus> statuses,
                AvroCodec<Assignment> assignments,
                FleetTail tail,
                FleetLimits limits,
                PauseGuard guard,
                BrokerHearing hearing) {
            this.guard = guard;
            this.hearing = hearing;
            this.statuses = statuses;
            this.assignments = assignments;
            this.tail = tail;
            this.slots = topics.slots();
            this.core = new FleetCore(limits, slots);
        }

        @Override
        public void init(ProcessorContext<String, byte[]> processorContext) {
            context = processorContext;
            pausesBefore = guard.pauses();
            for (Assignment assignment : tail.read()) {
                core.restore(member(assignment), context.currentSystemTimeMs());
            }
            lastTickMs = context.currentSystemTimeMs();
            lastAnswerMs = lastTickMs;
            context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
        }

        private void tick(long nowMs) {
            guard.requireNoneSince(pausesBefore);
            double answers = hearing.answers();
            if (answers > lastAnswers || !hearing.isKnown()) {
                lastAnswers = answers;
                lastAnswerMs = nowMs;
            }
            if (nowMs - lastAnswerMs >= DEAF_MS || nowMs - lastTickMs >= DEAF_MS) {
                core.couldNotHear(nowMs);
            }
            lastTickMs = nowMs;
            core.tick(nowMs).forEach(lost -> publish(lost, nowMs));
        }

        @Override
        public void process(Record<String, byte[]> record) {
            guard.requireNoneSince(pausesBefore);
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
                        status.getState() == InstanceState.STOPPED,
                        context.recordMetadata().orElseThrow().offset());
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
                    .setHeardOffset(member.heardOffset())
                    .build());
            context.forward(new Record<>(member.instanceId(), value, nowMs));
        }

        private static Member member(Assignment a) {
            FleetCore.State state = switch (a.getState()) {
                case LIVE, DRAINING -> FleetCore.State.LIVE;
                case RELEASED -> FleetCore.State.RELEASED;
                case LOST, UNKNOWN -> FleetCore.State.LOST;
            };
            return new Member(
                    a.getInstanceId(),
                    a.getIncarnation(),
                    a.getSlot(),
                    a.getEpoch(),
                    state,
                    a.getAssignedMs(),
                    a.getHeardOffset());
        }
    }
}
