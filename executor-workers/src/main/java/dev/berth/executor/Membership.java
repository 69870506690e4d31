package dev.berth.executor;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;

/** What the fleet's word on an instance means for one run of it. Owned by the thread that reads the fleet topic. */
final class Membership {
    /** What an assignment asks for. */
    enum Word {
        /** Nothing that is not done already, or nothing of ours. */
        NOTHING,
        /** Work under this epoch, from this slot. */
        WORK,
        /** Take nothing more. */
        DRAIN,
        /** The fleet missed us: what waits here has been given to others. Announce anew. */
        REJOIN,
        /** Another process works under our name. */
        USURPED
    }

    private final String instanceId;
    private final String incarnation;
    private long epoch;
    private long lastEpoch;

    Membership(String instanceId, String incarnation) {
        this.instanceId = instanceId;
        this.incarnation = incarnation;
    }

    Word on(Assignment assignment) {
        if (!assignment.getInstanceId().equals(instanceId)) {
            return Word.NOTHING;
        }
        if (!assignment.getIncarnation().equals(incarnation)) {
            // Those of our own past lives have lower epochs; before our first we cannot tell, and need not.
            return lastEpoch > 0 && assignment.getEpoch() > lastEpoch ? Word.USURPED : Word.NOTHING;
        }
        AssignmentState state = assignment.getState();
        boolean works = state == AssignmentState.LIVE || state == AssignmentState.DRAINING;
        if (works && assignment.getEpoch() > lastEpoch) {
            epoch = assignment.getEpoch();
            lastEpoch = epoch;
            return Word.WORK;
        }
        if (assignment.getEpoch() != epoch) {
            return Word.NOTHING;
        }
        if (state == AssignmentState.DRAINING) {
            return Word.DRAIN;
        }
        if (state == AssignmentState.LOST) {
            epoch = 0;
            return Word.REJOIN;
        }
        return Word.NOTHING;
    }
}
