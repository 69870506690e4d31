package dev.berth.cli.demo;

/**
 * What the demo wants to know of one outcome, as read back from the topic.
 *
 * @param id the invocation's
 * @param instance null if no instance ran it
 * @param container null if no container ran it
 * @param warm it ran in a container that was warm
 * @param publishToStartUs from the record's timestamp to the hand-over to the container
 * @param endToEndUs from the record's timestamp to the router's last word
 * @param answer what the function returned; null unless it succeeded
 * @param error why it failed; null if it succeeded
 */
record Seen(
        String id,
        String instance,
        String container,
        boolean warm,
        long publishToStartUs,
        long endToEndUs,
        Answer answer,
        String error) {

    /** What the function returned for one flight. */
    record Answer(String airport, String name, String city, long count, double meanDelay, long referenceReads) {}
}
