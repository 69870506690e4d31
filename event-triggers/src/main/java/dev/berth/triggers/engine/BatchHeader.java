package dev.berth.triggers.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What an invocation of a trigger with batches says of its records in its header {@value #NAME}: how often they failed before, and their offsets,
 * each as the distance from the one before.
 *
 * @param offsets in order
 */
record BatchHeader(int failures, List<Long> offsets) {
    static final String NAME = "berth-trigger-batch";

    static String text(int failures, Collection<Long> offsets) {
        StringBuilder text = new StringBuilder().append(failures).append(';');
        long before = 0;
        String comma = "";
        for (long offset : offsets.stream().sorted().toList()) {
            text.append(comma).append(offset - before);
            before = offset;
            comma = ",";
        }
        return text.toString();
    }

    static Optional<BatchHeader> parse(String text) {
        String[] parts = text == null ? new String[0] : text.split(";", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            List<Long> offsets = new ArrayList<>();
            long before = 0;
            for (String distance : parts[1].split(",", -1)) {
                before += Long.parseLong(distance);
                offsets.add(before);
            }
            return Optional.of(new BatchHeader(Integer.parseInt(parts[0]), offsets));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
