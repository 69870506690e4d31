package dev.berth.triggers.core;

import java.util.List;

/**
 * How far the topics of endings were at some time, at least: what is decided later lies behind.
 *
 * @param outcomes of each partition of the outcomes
 * @param letters of the dead letters
 */
public record TopicEnds(List<Long> outcomes, long letters) {
    public TopicEnds {
        outcomes = List.copyOf(outcomes);
    }
}
