package dev.berth.sim.faults;

import dev.berth.router.fleet.FleetCore;
import dev.berth.router.fleet.FleetLimits;
import java.util.LinkedHashMap;
import java.util.Map;

/** One life of the fleet processor: a {@link FleetCore} with what its shell does for it (FleetTopology). */
final class FleetPart extends Part {
    /** How far it has read, for its next life. What it has said, the fleet topic tells. */
    static final class Committed {
        long offset;
    }

    private static final long TICK_MS = 250;
    private final World world;
    private final Sender sender;
    private final FleetCore core;
    private final Reader<StatusRecord> statuses;

    FleetPart(World world, Committed committed) {
        super(world.time);
        this.world = world;
        this.sender = new Sender(world.time, world.network);
        this.core = new FleetCore(new FleetLimits(3_000, world.plan.slotRestMs()), world.plan.slotsOfFleet());
        Map<String, FleetCore.Member> kept = new LinkedHashMap<>();
        world.fleet.entries().forEach(e -> kept.put(e.value().instanceId(), e.value()));
        kept.values().forEach(member -> core.restore(member, time().nowMs()));
        statuses = world.instances.follow(committed.offset, this, world.network, this::heard);
        each(TICK_MS, () -> core.tick(time().nowMs()).forEach(this::publish));
        each(world.plan.commitMs(), () -> {
            long done = statuses.position();
            at(sender.flushedMs(), () -> committed.offset = done);
        });
    }

    void crash() {
        end();
        sender.kill();
    }

    private void heard(Log.Entry<StatusRecord> entry) {
        StatusRecord status = entry.value();
        core.heard(
                        new FleetCore.Heartbeat(
                                status.instanceId(),
                                status.incarnation(),
                                status.epoch(),
                                status.state() == StatusRecord.State.STOPPED,
                                entry.offset()),
                        time().nowMs())
                .ifPresent(this::publish);
    }

    private void publish(FleetCore.Member member) {
        world.story.tell(() -> "fleet -> " + member.instanceId() + " " + member.incarnation() + " epoch "
                + member.epoch() + " slot " + member.slot() + " " + member.state());
        sender.send(world.fleet, member);
    }
}
