package dev.berth.triggers.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is committed beside an offset, so that whoever takes the partition over knows where to read what became of the records behind
 * it.
 *
 * <pre>1 TOPIC-ID PARTITIONS SINCE-MS BATCHES LETTERS OUTCOMES,...</pre>
 *
 * @param topicId of the topic whose offset it is: one of the same name that was made later is another
 * @param partitions how many the topic had when the trigger began
 * @param sinceMs no invocation of these records was published before, by the clock of who published it
 * @param batches whether some may be of more than one record
 * @param letters the end of the dead letters at that time
 * @param outcomes the ends of the outcomes' partitions at that time
 */
public record CommitNote(
        String topicId, int partitions, long sinceMs, boolean batches, long letters, List<Long> outcomes) {
    private static final String VERSION = "1";
    private static final int FIELDS = 7;

    public CommitNote {
        outcomes = List.copyOf(outcomes);
    }

    /** The same, for records some of which are invoked from now on by somebody who makes batches, or does not. */
    public CommitNote or(boolean batchesToo) {
        return new CommitNote(topicId, partitions, sinceMs, batches || batchesToo, letters, outcomes);
    }

    /** As it is committed: some 12 bytes a partition of outcomes, of the 4096 that brokers keep unless told otherwise. */
    public String text() {
        StringBuilder ends = new StringBuilder();
        for (long end : outcomes) {
            ends.append(ends.length() == 0 ? "" : ",").append(Long.toString(end, Character.MAX_RADIX));
        }
        return String.join(
                " ",
                VERSION,
                topicId,
                Integer.toString(partitions),
                Long.toString(sinceMs),
                batches ? "b" : "s",
                Long.toString(letters),
                ends);
    }

    /** Reads one; empty if somebody else committed, who said nothing. */
    public static Optional<CommitNote> parse(String text) {
        String[] parts = text == null ? new String[0] : text.split(" ", -1);
        if (parts.length != FIELDS || !parts[0].equals(VERSION)) {
            return Optional.empty();
        }
        try {
            List<Long> outcomes = new ArrayList<>();
            for (String end : parts[6].split(",", -1)) {
                outcomes.add(Long.parseLong(end, Character.MAX_RADIX));
            }
            return Optional.of(new CommitNote(
                    parts[1],
                    Integer.parseInt(parts[2]),
                    Long.parseLong(parts[3]),
                    parts[4].equals("b"),
                    Long.parseLong(parts[5]),
                    outcomes));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
