package dev.berth.gateway.registry.core;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** How a subject's next schema must go with those before it; Confluent's levels. */
public enum CompatibilityLevel {
    /** Anything goes. */
    NONE(false, false, false),
    /** The new schema reads what the last one wrote. */
    BACKWARD(true, false, false),
    /** The new schema reads what any before it wrote. */
    BACKWARD_TRANSITIVE(true, false, true),
    /** The last schema reads what the new one writes. */
    FORWARD(false, true, false),
    /** Every schema before it reads what the new one writes. */
    FORWARD_TRANSITIVE(false, true, true),
    /** BACKWARD and FORWARD. */
    FULL(true, true, false),
    /** BACKWARD_TRANSITIVE and FORWARD_TRANSITIVE. */
    FULL_TRANSITIVE(true, true, true);

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean transitive;

    CompatibilityLevel(boolean newReadsOld, boolean oldReadsNew, boolean transitive) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.transitive = transitive;
    }

    /** The level of a name as clients write it, in any case. */
    public static Optional<CompatibilityLevel> named(String name) {
        for (CompatibilityLevel level : values()) {
            if (level.name().equalsIgnoreCase(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /**
     * What stands against a schema.
     *
     * @param earlier the subject's schemas, the oldest first
     * @return a line for each incompatibility; empty if the schema may follow
     */
    List<String> objections(Schema next, List<Schema> earlier) {
        List<Schema> compared =
                transitive || earlier.isEmpty() ? earlier : earlier.subList(earlier.size() - 1, earlier.size());
        return compared.stream()
                .flatMap(old -> {
                    var backward = newReadsOld ? incompatibilities(next, old, "new", "earlier") : List.<String>of();
                    var forward = oldReadsNew ? incompatibilities(old, next, "earlier", "new") : List.<String>of();
                    return Stream.concat(backward.stream(), forward.stream());
                })
                .toList();
    }

    private static List<String> incompatibilities(Schema reader, Schema writer, String readerName, String writerName) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        if (result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE) {
            return List.of();
        }
        return result.getIncompatibilities().stream()
                .map(found -> "The " + readerName + " schema cannot read what the " + writerName + " one wrote: "
                        + found.getType() + " at " + found.getLocation() + ": " + found.getMessage())
                .toList();
    }
}
