package dev.berth.router.core.affinity;

import dev.berth.schemas.retention.ReuseCurve;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * What a router knows of one routing key: where its containers are and how busy, what its invocations take, how often they come.
 *
 * <p>A replica is the key's containers on one instance. It follows the router's own dispatches at once and everything else when
 * its news comes. Containers are known by id once a result names them, so that news that is doubled, late or crossed leaves no
 * lasting error.
 */
public final class KeyState {
    /** A key's containers on one instance. */
    public final class Replica {
        final String instanceId;
        final long epoch;
        /** Containers that have served the key; some may be no more. */
        private final List<KnownContainer> served = new ArrayList<>(1);
        /** Dispatches on their way to a container that has not: each should add one. */
        int joining;

        int inFlight;
        /** When each invocation that runs there should end, soonest first. */
        private final List<Double> endsMs = new ArrayList<>(1);

        Replica(String instanceId, long epoch) {
            this.instanceId = instanceId;
            this.epoch = epoch;
        }

        public String instanceId() {
            return instanceId;
        }

        public long epoch() {
            return epoch;
        }

        /** The key's containers, those that are being made included. */
        public int containers() {
            return served().size() + Math.max(0, joining);
        }

        /** Those that have served the key. */
        public List<KnownContainer> served() {
            for (int i = served.size() - 1; i >= 0; i--) {
                if (served.get(i).isRemoved()) {
                    served.remove(i);
                }
            }
            return Collections.unmodifiableList(served);
        }

        /** Whether a container has served the key. */
        public boolean hasServed(String containerId) {
            for (KnownContainer one : served()) {
                if (one.id().equals(containerId)) {
                    return true;
                }
            }
            return false;
        }

        private void serves(KnownContainer container) {
            if (!hasServed(container.id())) {
                served.add(container);
            }
        }

        /** Invocations that run or wait there. */
        public int inFlight() {
            return inFlight;
        }

        /** How many more invocations its containers could run now: for each that runs one at a time, one if it is idle. */
        public int idle() {
            return Math.max(0, places() - inFlight);
        }

        /** How many its containers run, or are being made to. */
        public int busy() {
            return Math.min(places(), inFlight);
        }

        /** Invocations that wait for one of the containers. */
        public int queued() {
            return Math.max(0, inFlight - places());
        }

        private int places() {
            return containers() * concurrency;
        }

        /** When what runs there should end, on average; NaN if nothing runs. */
        double meanEndMs() {
            double sum = 0;
            for (double end : endsMs) {
                sum += end;
            }
            return endsMs.isEmpty() ? Double.NaN : sum / endsMs.size();
        }

        /**
         * How long one more invocation would wait for a container: what the busy ones have left, at least half a service time
         * since the estimate may be stale, and the queue before it, shared among them.
         */
        double waitMs(double nowMs, double serviceMs) {
            double leftMs = endsMs.isEmpty() ? serviceMs : meanEndMs() - nowMs;
            return (Math.max(serviceMs / 2, leftMs) + serviceMs * queued()) / busy();
        }

        private boolean isEmpty() {
            return inFlight <= 0 && containers() <= 0;
        }

        void starts(double endMs) {
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
    private final List<Replica> replicas = new ArrayList<>(1);
    private final LearnedCosts own;
    private final LearnedCosts function;
    private int concurrency = 1;
    private String pinId;
    private long pinEpoch;
    private long pinsMoved;
    private KeyProfile profile = KeyProfile.UNKNOWN;
    private double lastArrivalMs = Double.NaN;

    /** A key that nobody has asked for yet, of a function that it is the only key of. */
    public KeyState(String key, RuleSettings settings) {
        this(key, settings, new LearnedCosts(settings));
    }

    /** A key that nobody has asked for yet; what its function's keys take stands in until it is known. */
    public KeyState(String key, RuleSettings settings, LearnedCosts function) {
        this.hash = Rendezvous.hash(key);
        this.own = new LearnedCosts(settings);
        this.function = function;
    }

    /** A key as a decision saw it: enough to decide the same again. */
    static KeyState ofSeen(DecisionInput seen, RuleSettings settings) {
        LearnedCosts costs = new LearnedCosts(settings);
        costs.restore(seen.serviceMs(), seen.coldMs(), seen.rebuildMs());
        KeyState key = new KeyState(seen.keyText(), settings, costs);
        key.runsTogether(seen.concurrency());
        if (seen.pinId() != null) {
            key.pin(seen.pinId(), seen.pinEpoch());
        }
        for (DecisionInput.SeenReplica one : seen.replicas()) {
            Replica replica = key.make(one.instanceId(), one.epoch());
            replica.joining = one.containers();
            replica.inFlight = one.inFlight();
            if (!Double.isNaN(one.meanEndMs())) {
                replica.starts(one.meanEndMs());
            }
        }
        return key;
    }

    /** One of its containers runs so many invocations at a time. */
    public void runsTogether(int most) {
        concurrency = most;
    }

    /** How many invocations one of its containers runs at a time. */
    public int concurrency() {
        return concurrency;
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
        return own.serviceMsOr(function);
    }

    /** Cost of a cold start; NaN before the first. */
    public double coldMs() {
        return own.coldMsOr(function);
    }

    /** What the first invocation in a warm container takes more than a later one; NaN if not learned. */
    public double rebuildMs() {
        return function.rebuildMs();
    }

    /** What the key itself has taught. */
    public LearnedCosts costs() {
        return own;
    }

    /** How often its invocations come. */
    public KeyProfile profile() {
        return profile;
    }

    /** When its last invocation came; NaN if none has. */
    public double lastArrivalMs() {
        return lastArrivalMs;
    }

    /** Where its containers are. */
    public Collection<Replica> replicas() {
        return Collections.unmodifiableList(replicas);
    }

    /** Whether nothing of it is on its way or running: what {@link #restore}, {@link #pin} and {@link #added} can make again. */
    public boolean isAtRest() {
        for (Replica replica : replicas) {
            if (replica.inFlight > 0 || replica.joining > 0) {
                return false;
            }
        }
        return true;
    }

    /** How many containers it has, those that are being made included. */
    public int containers() {
        int containers = 0;
        for (Replica replica : replicas) {
            containers += replica.containers();
        }
        return containers;
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

    /** Whether a container on an instance is known to have served the key. */
    public boolean isServedBy(String instanceId, long epoch, String containerId) {
        Replica replica = at(instanceId, epoch);
        return replica != null && replica.hasServed(containerId);
    }

    /** An invocation came; the model learns from it. */
    public void arrived(double nowMs, ReuseModel model) {
        double sinceMs = nowMs - lastArrivalMs;
        model.arrived(profile, sinceMs);
        if (!Double.isNaN(sinceMs)) {
            profile = profile.after(sinceMs);
        }
        lastArrivalMs = nowMs;
    }

    /** What is known now of the next invocation, for the executor. */
    public ReuseCurve curve(ReuseModel model) {
        return model.curve(profile);
    }

    /** Takes over what is known of how often it is invoked, such as before a restart. */
    public void restore(KeyProfile known, double knownLastArrivalMs) {
        profile = known;
        lastArrivalMs = knownLastArrivalMs;
    }

    /**
     * The router sent an invocation to an instance.
     *
     * @param joins whether it should run in a container that has not served the key before: a new one, or another key's
     * @param startMs what starting that should take; 0 if it is there
     */
    public void sent(String instanceId, long epoch, boolean joins, double startMs, double nowMs) {
        Replica replica = make(instanceId, epoch);
        replica.joining += joins ? 1 : 0;
        replica.inFlight++;
        if (replica.queued() == 0) {
            double serviceTime = Double.isNaN(serviceMs()) ? 0 : serviceMs();
            replica.starts(nowMs + serviceTime + (Double.isNaN(startMs) ? 0 : startMs));
        }
    }

    /**
     * An invocation ended in a container, whatever {@link #sent} had expected.
     *
     * @param container null if it never reached one, or one that is known already
     */
    public void ended(String instanceId, long epoch, boolean joined, KnownContainer container, double nowMs) {
        Replica replica = at(instanceId, epoch);
        if (replica != null) {
            replica.joining -= joined ? 1 : 0;
            if (container != null) {
                replica.serves(container);
            }
            leave(replica, nowMs);
        }
    }

    /** An executor sent an invocation back: it did not run. */
    public void bounced(String instanceId, long epoch, boolean joined, double nowMs) {
        Replica replica = at(instanceId, epoch);
        if (replica == null) {
            return;
        }
        boolean waited = replica.queued() > 0;
        replica.joining -= joined ? 1 : 0;
        if (waited) {
            replica.inFlight--;
            forgetIfEmpty(replica);
        } else {
            leave(replica, nowMs);
        }
    }

    /** A container serves the key, or was made for it ahead of need. */
    public void added(String instanceId, long epoch, KnownContainer container) {
        make(instanceId, epoch).serves(container);
    }

    /** An instance's epoch ended: nothing of the key is left there. The pin dies lazily, at the next call. */
    public void lost(String instanceId) {
        replicas.removeIf(replica -> replica.instanceId.equals(instanceId));
    }

    /** Forgets what was on instances that are gone, and where no container is left. */
    public void forgetDead(FleetLoad fleet) {
        for (int i = replicas.size() - 1; i >= 0; i--) {
            Replica replica = replicas.get(i);
            if (fleet.alive(replica.instanceId, replica.epoch) == null || replica.isEmpty()) {
                replicas.remove(i);
            }
        }
    }

    /** Pins the key. */
    public void pin(String instanceId, long epoch) {
        if (pinId != null && !(pinId.equals(instanceId) && pinEpoch == epoch)) {
            pinsMoved++;
        }
        pinId = instanceId;
        pinEpoch = epoch;
    }

    Replica make(String instanceId, long epoch) {
        Replica replica = at(instanceId, epoch);
        if (replica == null) {
            replica = new Replica(instanceId, epoch);
            replicas.add(replica);
        }
        return replica;
    }

    private void leave(Replica replica, double nowMs) {
        boolean successor = replica.queued() > 0;
        replica.inFlight--;
        replica.ends();
        if (successor) {
            replica.starts(nowMs + (Double.isNaN(serviceMs()) ? 0 : serviceMs()));
        }
        forgetIfEmpty(replica);
    }

    private void forgetIfEmpty(Replica replica) {
        if (replica.isEmpty()) {
            replicas.remove(replica);
        }
    }
}
