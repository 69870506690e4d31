package dev.berth.gateway.checkup.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is, at one moment.
 *
 * @param nowMs by this gateway's clock
 * @param kafkaProblem why Kafka does not answer; empty if it does, and else nothing that it tells is known
 * @param registryProblem the same of the schema registry
 * @param missingTopics of the catalogue
 * @param groups of router and fleet, by what they do
 * @param instances whether alive or not
 * @param pins of routing keys
 * @param pinsToNowhere of those, the ones whose instance is not alive any more
 * @param lettersOfLate dead letters of the last minutes
 * @param letters all that are kept
 * @param triggers those that are not paused
 */
public record Facts(
        long nowMs,
        Optional<String> kafkaProblem,
        Optional<String> registryProblem,
        List<String> missingTopics,
        Map<String, Group> groups,
        List<Instance> instances,
        int pins,
        int pinsToNowhere,
        long lettersOfLate,
        long letters,
        List<Trigger> triggers) {
    /**
     * Processes that share work.
     *
     * @param members how many take part
     * @param state as Kafka names it
     */
    public record Group(int members, String state) {}

    /**
     * An instance.
     *
     * @param live the fleet counts on it
     * @param state as it says itself
     * @param sentMs when it last said anything, by its own clock
     */
    public record Instance(String id, boolean live, String state, long sentMs) {}

    /**
     * A trigger that should run.
     *
     * @param heardMs when a worker last said anything of it; 0 for never
     * @param lag records that are not finished
     * @param bottleneck who holds it up, as its workers say
     * @param error why it does not run; null if nothing is known
     */
    public record Trigger(String name, long modifiedMs, long heardMs, long lag, String bottleneck, String error) {}
}
