package dev.berth.router.core.affinity;

import dev.berth.schemas.retention.ReuseCurve;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a router knows of one routing key: where its containers are and how busy, what its invocations take, how often they come.
 *
 * <p>A replica is the key's containers on one instance. The counts follow the router's own dispatches at once and everything
 * else when its news comes; each is a sum of what was made, minus what was removed, so that late or crossed news leaves no lasting
 * error.
 */
public final class KeyState {
    /** A key's containers on one instance. */
    public static final class Replica {
        final String instanceId;
        final long epoch;
        int containers;
        int inFlight;
        /** When each invocation that runs there should end, soonest first. */
        private final List<Double> endsMs = new ArrayList<>(2);

        Replica(String instanceId, long epoch) {
            this.instanceId = instanceId;
            this.epoch = epoch;
        }

        public String instanceId() {
            return instanceId;
        }

        /** Containers that run nothing. */
        public int idle() {
            return Math.max(0, containers - inFlight);
        }

        /** Containers that run something, or are being made to. */
        public int busy() {
            return Math.min(Math.max(0, containers), inFlight);
        }

        /** Invocations that wait for one of the containers. */
        public int queued() {
            return Math.max(0, inFlight - Math.max(0, containers));
        }

        /**
         * How long one more invocation would wait for a container: what the busy ones have left, at least half a service time
         * since the estimate may be stale, and the queue before it, shared among them.
         */
        double waitMs(double nowMs, double serviceMs) {
            double sum = 0;
            for (double end : endsMs) {
                sum += end;
            }
            double leftMs = endsMs.isEmpty() ? serviceMs : sum / endsMs.size() - nowMs;
            return (Math.max(serviceMs / 2, leftMs) + serviceMs * queued()) / busy();
        }

        private void starts(double endMs) {
            int at = endsMs.size();
            while (at > 0 && endsMs.get(at - 1) > endMs) {
                at--;
            }
            endsMs.add(at, endMs);
        }

        private void ends() {
            if (!endsMs.isEmpty()) {
                endsMs.remove(0);
            }
        }
    }

    final long hash;
    private final RuleSettings settings;
    private final List<Replica> replicas = new ArrayList<>(1);
    private String pinId;
    private long pinEpoch;
    private long pinsMoved;
    private double serviceMs = Double.NaN;
    private KeyProfile profile = KeyProfile.UNKNOWN;
    private double coldMs = Double.NaN;
    private double lastArrivalMs = Double.NaN;

    /** A key that nobody has asked for yet. */
    public KeyState(String key, RuleSettings settings) {
        this.hash = Rendezvous.hash(key);
        this.settings = settings;
    }

    /** The instance that the key is pinned to, or null. */
    public String pinId() {
        return pinId;
    }

    /** The epoch of that instance under which the pin was made. */
    public long pinEpoch() {
        return pinEpoch;
    }

    /** How often the pin went from one instance to another. */
    public long pinsMoved() {
        return pinsMoved;
    }

    /** Mean service time; NaN before the first end. */
    public double serviceMs() {
        return serviceMs;
    }

    /** How often its invocations come. */
    public KeyProfile profile() {
        return profile;
    }

    /** Cost of a cold start; NaN before the first. */
    public double coldMs() {
        return coldMs;
    }

    /** Where its containers are. */
    public Collection<Replica> replicas() {
        return replicas;
    }

    /** The containers on an instance, or null. */
    public Replica at(String instanceId, long epoch) {
        for (Replica replica : replicas) {
            if (replica.instanceId.equals(instanceId) && replica.epoch == epoch) {
                return replica;
            }
        }
        return null;
    }

    /**
     * An invocation came.
     *
     * @param model learns from it
     * @return what is known now of the next one, for the executor
     */
    public ReuseCurve arrived(double nowMs, ReuseModel model) {
        double sinceMs = nowMs - lastArrivalMs;
        model.arrived(profile, sinceMs);
        if (!Double.isNaN(sinceMs)) {
            profile = profile.after(sinceMs);
        }
        lastArrivalMs = nowMs;
        return model.curve(profile);
    }

    /** The router sent an invocation to an instance: to a container that is idle, to wait for one, or to a new one. */
    public void sent(String instanceId, long epoch, boolean cold, double nowMs) {
        Replica replica = at(instanceId, epoch);
        if (replica == null) {
            replica = new Replica(instanceId, epoch);
            replicas.add(replica);
        }
        replica.containers += cold ? 1 : 0;
        replica.inFlight++;
        if (replica.queued() == 0) {
            double serviceTime = Double.isNaN(serviceMs) ? 0 : serviceMs;
            replica.starts(nowMs + serviceTime + (cold && !Double.isNaN(coldMs) ? coldMs : 0));
        }
    }

    /**
     * An invocation ended.
     *
     * @param expectedCold what {@link #sent} was told
     * @param cold what it was: an executor may have lost the container meanwhile, or found one
     * @param tookMs its service time
     * @param startMs what starting the container took, if cold
     */
    public void ended(
            String instanceId,
            long epoch,
            boolean expectedCold,
            boolean cold,
            double tookMs,
            double startMs,
            double nowMs) {
        serviceMs = mean(serviceMs, tookMs, settings.serviceWeight());
        if (cold) {
            coldMs = mean(coldMs, startMs, settings.coldWeight());
        }
        Replica replica = at(instanceId, epoch);
        if (replica != null) {
            replica.containers += (cold ? 1 : 0) - (expectedCold ? 1 : 0);
            leave(replica, nowMs);
        }
    }

    /** An executor sent an invocation back: it did not run, and made no container. */
    public void bounced(String instanceId, long epoch, boolean expectedCold, double nowMs) {
        Replica replica = at(instanceId, epoch);
        if (replica == null) {
            return;
        }
        replica.containers -= expectedCold ? 1 : 0;
        if (replica.queued() > 0) {
            replica.inFlight--;
            forgetIfEmpty(replica);
        } else {
            leave(replica, nowMs);
        }
    }

    /** A container was removed, for whatever reason (or added, with a negative count: one was made ahead of need). */
    public void removed(String instanceId, long epoch, int containers) {
        Replica replica = at(instanceId, epoch);
        if (replica == null && containers < 0) {
            replica = new Replica(instanceId, epoch);
            replicas.add(replica);
        }
        if (replica != null) {
            replica.containers -= containers;
            forgetIfEmpty(replica);
        }
    }

    /** An instance's epoch ended: nothing of the key is left there. The pin dies lazily, at the next call. */
    public void lost(String instanceId) {
        replicas.removeIf(replica -> replica.instanceId.equals(instanceId));
    }

    /** Pins the key. */
    public void pin(String instanceId, long epoch) {
        if (pinId != null && !(pinId.equals(instanceId) && pinEpoch == epoch)) {
            pinsMoved++;
        }
        pinId = instanceId;
        pinEpoch = epoch;
    }

    private void leave(Replica replica, double nowMs) {
        boolean successor = replica.queued() > 0;
        replica.inFlight--;
        replica.ends();
        if (successor) {
            replica.starts(nowMs + serviceMs);
        }
        forgetIfEmpty(replica);
    }

    private void forgetIfEmpty(Replica replica) {
        if (replica.inFlight <= 0 && replica.containers <= 0) {
            replicas.remove(replica);
        }
    }

    private static double mean(double mean, double value, double weight) {
        return Double.isNaN(mean) ? value : mean + weight * (value - mean);
    }
}
