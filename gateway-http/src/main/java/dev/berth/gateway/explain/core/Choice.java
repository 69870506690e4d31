package dev.berth.gateway.explain.core;

import dev.berth.schemas.Decision;
import dev.berth.schemas.DecisionAsk;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import java.util.List;

/** Why one decision of the router's rule chose the instance that it chose, in words. */
final class Choice {
    /** Whether it happened, or would. */
    enum Mood {
        DID,
        WOULD
    }

    private final Subject subject;
    private final Decision decision;
    private final Mood mood;
    private final String container;
    private final boolean askedToSpill;

    /**
     * @param container which the router named; null if it named none
     * @param askedToSpill whether the caller asked not to wait; else one that does not wait has waited long enough
     */
    Choice(Subject subject, Decision decision, Mood mood, String container, boolean askedToSpill) {
        this.subject = subject;
        this.decision = decision;
        this.mood = mood;
        this.container = container;
        this.askedToSpill = askedToSpill;
    }

    /** One sentence. */
    String words() {
        String who = subject.name();
        return switch (decision.getReason()) {
            case "pin" -> pin();
            case "other-warm" ->
                passedOver() + ", so another idle one of " + who + ", " + place() + ", " + did("took", "would take")
                        + " it.";
            case "wait" -> waits();
            case "function-warm" ->
                noneOfItsOwn() + ", so an idle container of function " + subject.function() + " on instance "
                        + instance() + (subject.key() == null ? " " : ", which had not served the key, ")
                        + did("took", "would take") + " it.";
            case "cold-free" -> cold() + ".";
            case "cold-evicting" ->
                cold() + ", in memory " + did("taken", "to be taken") + " from idle containers there: no instance "
                        + did("had", "has") + " enough free.";
            case "queue-warm" ->
                everyInstanceIsFull() + " instance " + instance() + ", where " + who + " " + did("had", "has")
                        + " a container.";
            case "queue" -> everyInstanceIsFull() + " instance " + instance() + ", the least busy of them.";
            // A router of another version knows steps that this gateway does not.
            default ->
                "The router " + did("sent", "would send") + " it to instance " + instance() + " (reason: "
                        + Subject.shown(decision.getReason()) + ").";
        };
    }

    private String pin() {
        String where =
                container == null ? "instance " + instance() : "container " + container + " on instance " + instance();
        String went = " " + did("was", "is") + " idle, so the invocation " + did("went", "would go") + " there.";
        return subject.key() == null
                ? "It has no key; what serves invocations without one, " + where + "," + went
                : subject.capital() + " is pinned to " + where + "; it" + went;
    }

    private String waits() {
        DecisionAsk ask = decision.getAsk();
        String busy =
                "The container of " + subject.name() + " on instance " + instance() + " " + did("was", "is") + " busy";
        String wait = decision.getWaitMs() < 0 ? "not known yet" : Spoken.ms(decision.getWaitMs());
        String there = " so it " + did("waited", "would wait") + " there";
        if (ask != null && (ask.getBusy().equals("wait") || ask.getRequired())) {
            return busy + ", and the invocation " + did("asked", "asks") + " to wait for it (expected wait: " + wait
                    + ").";
        }
        if (ask != null && ask.getMaxContainers() > 0 && containers() >= ask.getMaxContainers()) {
            return busy + ", and " + subject.name() + " " + did("had", "has") + " as many containers as it may ("
                    + ask.getMaxContainers() + ")," + there + " (expected wait: " + wait + ").";
        }
        double otherMs = insteadMs();
        if (decision.getWaitMs() < 0 || otherMs < 0) {
            return busy + ", and it " + did("was", "is") + " not known yet what a wait or a new container "
                    + did("would have taken", "would take") + "," + there + " for a while.";
        }
        return busy + ": the expected wait " + did("was", "is") + " " + wait + ", while " + instead() + " "
                + did("would have taken", "would take") + " " + Spoken.ms(otherMs) + "," + there + ".";
    }

    private String cold() {
        DecisionInstance chosen = chosen();
        return noneOfItsOwn() + "; no idle container of function " + subject.function() + " " + did("was", "is")
                + " free for it, so " + did("it needed", "it would need") + " a new one, on instance " + instance()
                + (chosen == null || !decision.getReason().equals("cold-free")
                        ? ""
                        : " (" + Spoken.mb(chosen.getFreeMb()) + " free)");
    }

    /** Why no container of the key's own would do. */
    private String noneOfItsOwn() {
        if (decision.getWaitMs() < 0) {
            return passedOver();
        }
        String busy = containers() > 1
                ? "The " + containers() + " containers of " + subject.name() + " " + did("were", "are") + " busy"
                : "The container of " + subject.name() + " " + did("was", "is") + " busy";
        if (insteadMs() >= 0) {
            return busy + ", and the expected wait, " + Spoken.ms(decision.getWaitMs()) + ", " + did("was", "is")
                    + " longer than it is worth beside the " + Spoken.ms(insteadMs()) + " that " + instead() + " takes";
        }
        return busy + " (expected wait: " + Spoken.ms(decision.getWaitMs()) + ")";
    }

    /** Why the pin was not it. */
    private String passedOver() {
        String who = subject.name();
        if (didNotWait()) {
            return "The containers of " + who + " " + did("were", "are") + " busy, and the invocation "
                    + (askedToSpill ? did("asked", "asks") + " not to wait" : "had waited for them long enough");
        }
        PinState state = PinState.of(decision);
        if (state == PinState.NONE && subject.key() == null && containers() == 0) {
            return "It has no key";
        }
        if (state == PinState.NONE) {
            return containers() == 0
                    ? subject.capital() + " " + did("had", "has") + " no container yet ("
                            + did("its first invocation", "it would be its first invocation")
                            + ", or the first since a deployment)"
                    : subject.capital() + " " + did("had", "has") + " no pin";
        }
        String pin = decision.getKey().getPinInstanceId();
        String there = "nstance " + pin + ", where " + who + " was pinned,";
        String container = "The container that " + who + " was pinned to, on instance " + pin + ",";
        return switch (state) {
            case NONE -> throw new IllegalStateException("Told above");
            case LOST -> "I" + there + " " + did("was", "is") + " lost, and the container there with it";
            case EMPTY -> container + " " + did("was", "is") + " gone: it had ended, or made room for others";
            case SENT_BACK -> "I" + there + " had just sent it back";
            case SAID_BUSY -> "I" + there + " had just said that the container there is busy";
            case BUSY -> container.replace("was pinned", "is pinned") + " " + did("was", "is") + " busy";
            case OVERLOADED ->
                "I" + there.replace("was pinned", "is pinned") + " " + did("had", "has") + " more to do than the others"
                        + load();
        };
    }

    private boolean didNotWait() {
        boolean busy = decision.getKey() != null
                && decision.getKey().getReplicas().stream()
                        .anyMatch(replica -> Math.min(replica.getContainers(), replica.getInFlight()) > 0);
        return busy
                && !decision.getReason().equals("other-warm")
                && decision.getAsk() != null
                && decision.getAsk().getBusy().equals("spill");
    }

    private String load() {
        return PinState.instance(decision)
                .map(pin -> " (" + pin.getInFlight() + " in flight, the mean " + did("was", "is") + " "
                        + Spoken.decimal(decision.getMeanInFlight()) + ")")
                .orElse("");
    }

    private String everyInstanceIsFull() {
        return "Every instance " + did("had", "has") + " as much to do as it should take, so it "
                + did("queued", "would queue") + " on";
    }

    /** What there is instead of waiting: another key's idle container, or a new one. */
    private String instead() {
        return functionIdle() ? "making the key's state anew in another idle container" : "starting a new one";
    }

    /** What that takes; negative if it is not known. */
    private double insteadMs() {
        DecisionKey key = decision.getKey();
        if (key == null) {
            return -1;
        }
        return functionIdle() ? key.getRebuildMs() : key.getColdMs();
    }

    /** Whether an idle container of the function was what it would have had instead. */
    private boolean functionIdle() {
        boolean couldJoin = decision.getReason().equals("function-warm")
                || decision.getReason().equals("wait");
        return couldJoin && decision.getInstances().stream().anyMatch(instance -> instance.getFunctionIdle() > 0);
    }

    private int containers() {
        List<DecisionReplica> replicas =
                decision.getKey() == null ? List.of() : decision.getKey().getReplicas();
        return replicas.stream().mapToInt(DecisionReplica::getContainers).sum();
    }

    private DecisionInstance chosen() {
        return decision.getInstances().stream()
                .filter(each -> each.getInstanceId().equals(instance()))
                .findFirst()
                .orElse(null);
    }

    private String place() {
        return container == null ? "on instance " + instance() : container + " on instance " + instance();
    }

    private String instance() {
        return decision.getCandidates().isEmpty()
                ? "?"
                : decision.getCandidates().get(0).getInstanceId();
    }

    private String did(String past, String conditional) {
        return mood == Mood.DID ? past : conditional;
    }
}
