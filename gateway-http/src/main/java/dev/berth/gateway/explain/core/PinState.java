package dev.berth.gateway.explain.core;

import dev.berth.schemas.Decision;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import java.util.Optional;

/** What was the matter with a key's pin when a decision passed it over, told from what the decision saw. */
enum PinState {
    /** There was none. */
    NONE,
    /** Its instance was gone, or had started anew. */
    LOST,
    /** The instance lived, the key's container there did not. */
    EMPTY,
    /** The instance had sent this invocation back for want of room. */
    SENT_BACK,
    /** The instance had said that the key's containers there are busy. */
    SAID_BUSY,
    /** The router knew itself that they are. */
    BUSY,
    /** The container was idle, but its instance had more to do than the others. */
    OVERLOADED;

    static PinState of(Decision decision) {
        DecisionKey key = decision.getKey();
        if (key == null || key.getPinInstanceId() == null) {
            return NONE;
        }
        if (instance(decision).isEmpty()) {
            return LOST;
        }
        String pin = key.getPinInstanceId();
        if (decision.getAsk() != null && decision.getAsk().getExcluded().contains(pin)) {
            return SENT_BACK;
        }
        Optional<DecisionReplica> replica = key.getReplicas().stream()
                .filter(each -> each.getInstanceId().equals(pin) && each.getEpoch() == key.getPinEpoch())
                .findFirst();
        if (replica.isEmpty() || replica.get().getContainers() == 0) {
            return EMPTY;
        }
        if (decision.getAsk() != null && decision.getAsk().getBusyAt().contains(pin)) {
            return SAID_BUSY;
        }
        return replica.get().getInFlight() >= replica.get().getContainers() ? BUSY : OVERLOADED;
    }

    /** The pin's instance, if it lives. */
    static Optional<DecisionInstance> instance(Decision decision) {
        DecisionKey key = decision.getKey();
        return decision.getInstances().stream()
                .filter(each ->
                        each.getInstanceId().equals(key.getPinInstanceId()) && each.getEpoch() == key.getPinEpoch())
                .findFirst();
    }
}
