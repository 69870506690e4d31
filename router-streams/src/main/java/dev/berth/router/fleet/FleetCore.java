package dev.berth.router.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which instances there are, and under which epoch each may work.
 *
 * <p>Pure: {@link #heard} and {@link #tick} are functions of this state, what was heard, and the time. An epoch is given
 * once in the life of a fleet, so a higher one always fences a lower. Not thread-safe.
 */
public final class FleetCore {
    /** Where an instance stands. */
    public enum State {
        LIVE,
        LOST,
        RELEASED
    }

    /**
     * The fleet's word on an instance.
     *
     * @param incarnation of the process that speaks for it
     * @param slot its partition of the dispatch topic
     * @param assignedMs when the epoch began
     * @param heardOffset offset of the word that led to this; -1 if none did
     */
    public record Member(
            String instanceId,
            String incarnation,
            int slot,
            long epoch,
            State state,
            long assignedMs,
            long heardOffset) {
        Member ended(State how, long offset) {
            return new Member(instanceId, incarnation, slot, epoch, how, assignedMs, offset);
        }
    }

    /**
     * What an instance said.
     *
     * @param epoch under which it works; 0 asks for one
     * @param stopped it ends, and has finished its work
     * @param offset the word's place among all that is said; rises
     */
    public record Heartbeat(String instanceId, String incarnation, long epoch, boolean stopped, long offset) {}

    private final FleetLimits limits;
    private final int slots;
    private final TreeMap<String, Member> members = new TreeMap<>();
    private final TreeMap<String, Long> lastHeardMs = new TreeMap<>();
    private long lastEpoch;
    private long answeredOffset = -1;

    /**
     * @param slots partitions of the dispatch topic
     */
    public FleetCore(FleetLimits limits, int slots) {
        this.limits = limits;
        this.slots = slots;
    }

    /** Gives back a member that was known before a restart; it has as long as any to be heard again. */
    public void restore(Member member, long nowMs) {
        members.put(member.instanceId(), member);
        lastHeardMs.put(member.instanceId(), nowMs);
        lastEpoch = Math.max(lastEpoch, member.epoch());
        answeredOffset = Math.max(answeredOffset, member.heardOffset());
    }

    /**
     * An instance spoke.
     *
     * @return its new membership, if that changes
     */
    public Optional<Member> heard(Heartbeat heartbeat, long nowMs) {
        if (heartbeat.offset() <= answeredOffset) {
            // Read again after a restart. Taken for news, the first word of a process that has ended would end its
            // heir.
            return Optional.empty();
        }
        Member member = members.get(heartbeat.instanceId());
        boolean same = member != null && member.incarnation().equals(heartbeat.incarnation());
        if (same && member.state() == State.LIVE) {
            lastHeardMs.put(heartbeat.instanceId(), nowMs);
            if (heartbeat.stopped()) {
                return Optional.of(put(member.ended(State.RELEASED, heartbeat.offset())));
            }
            if (!hasLostItsEpoch(member, heartbeat, nowMs)) {
                return Optional.empty();
            }
        }
        // A stale word of an earlier process, or of one that does not know yet that it is lost: the fleet topic tells
        // it.
        if (heartbeat.stopped() || heartbeat.epoch() != 0) {
            return Optional.empty();
        }
        Optional<Integer> slot = slotFor(member, nowMs);
        if (slot.isEmpty()) {
            return Optional.empty();
        }
        lastEpoch++;
        lastHeardMs.put(heartbeat.instanceId(), nowMs);
        return Optional.of(put(new Member(
                heartbeat.instanceId(),
                heartbeat.incarnation(),
                slot.get(),
                lastEpoch,
                State.LIVE,
                nowMs,
                heartbeat.offset())));
    }

    /**
     * Time has passed.
     *
     * @return members that are lost now
     */
    public List<Member> tick(long nowMs) {
        List<Member> lost = new ArrayList<>();
        for (Member member : List.copyOf(members.values())) {
            long silentMs = nowMs - lastHeardMs.get(member.instanceId());
            if (member.state() == State.LIVE && silentMs >= limits.silenceMs()) {
                lost.add(put(member.ended(State.LOST, member.heardOffset())));
            }
        }
        return lost;
    }

    /**
     * Nobody could be heard until now: the silence so far says nothing. All have as long as after a restart, and as long again to
     * find the broker.
     */
    public void couldNotHear(long nowMs) {
        for (Member member : members.values()) {
            if (member.state() == State.LIVE) {
                lastHeardMs.merge(member.instanceId(), nowMs + limits.silenceMs(), Math::max);
            }
        }
    }

    /** Whether every slot is taken, so that a further instance has to wait. */
    public boolean isFull(long nowMs) {
        return freeSlots(nowMs, null).isEmpty();
    }

    /**
     * It asks for an epoch long after it was given one: somebody has told it since that it was lost. That was a keeper of the fleet
     * that had been replaced and did not know it yet.
     */
    private boolean hasLostItsEpoch(Member member, Heartbeat heartbeat, long nowMs) {
        return heartbeat.epoch() == 0 && nowMs - member.assignedMs() >= limits.silenceMs();
    }

    private Optional<Integer> slotFor(Member before, long nowMs) {
        NavigableSet<Integer> free = freeSlots(nowMs, before);
        if (before != null && free.contains(before.slot())) {
            return Optional.of(before.slot());
        }
        return free.isEmpty() ? Optional.empty() : Optional.of(free.first());
    }

    private NavigableSet<Integer> freeSlots(long nowMs, Member self) {
        NavigableSet<Integer> free = new TreeSet<>();
        for (int slot = 0; slot < slots; slot++) {
            free.add(slot);
        }
        for (Member member : members.values()) {
            boolean rested =
                    member.state() != State.LIVE && nowMs - lastHeardMs.get(member.instanceId()) >= limits.slotRestMs();
            if (!member.equals(self) && !rested) {
                free.remove(member.slot());
            }
        }
        return free;
    }

    private Member put(Member member) {
        members.put(member.instanceId(), member);
        return member;
    }
}
