package dev.berth.triggers.core;

import java.util.List;
import java.util.Optional;

/**
 * Ids of a trigger's invocations: made of the trigger, the records and how often they were tried, so that whoever reads the records
 * again makes the same id, and the router knows it.
 *
 * <pre>t-UUID.TOPIC-ID.PARTITION.OFFSET.TRY          one record
 * t-UUID.TOPIC-ID.PARTITION.OFFSETxHASH.TRY      several: the first one's offset, and a hash of all</pre>
 */
public final class InvocationIds {
    private static final String START = "t-";
    private static final int UUID_CHARS = 48;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private InvocationIds() {}

    /**
     * What an id says.
     *
     * @param batch whether it is of more than one record
     * @param tries 1 for the first
     */
    public record Parsed(String topicId, int partition, long offset, boolean batch, int tries) {}

    /** How all ids of a trigger begin. */
    public static String prefix(String uuid) {
        // Gateways make real ones; somebody may have written another on the topic by hand, and ids are bounded.
        boolean plain = uuid.length() <= UUID_CHARS && uuid.indexOf('.') < 0;
        return START + (plain ? uuid : Integer.toHexString(uuid.hashCode())) + '.';
    }

    /** How the ids of one partition begin. */
    static String prefix(String uuid, String topicId, int partition) {
        return prefix(uuid) + topicId + '.' + partition + '.';
    }

    /** The id of an invocation of these records, which are in order. */
    static String of(String partitionPrefix, List<SourceRecord> records, int tries) {
        StringBuilder id = new StringBuilder(128).append(partitionPrefix);
        id.append(records.get(0).offset());
        if (records.size() > 1) {
            long hash = FNV_OFFSET;
            for (SourceRecord each : records) {
                hash = (hash ^ each.offset()) * FNV_PRIME;
            }
            id.append('x').append(Long.toHexString(hash));
        }
        return id.append('.').append(tries).toString();
    }

    /** Reads an id of a trigger's; empty if it is another's, or nobody's. */
    public static Optional<Parsed> parse(String prefix, String id) {
        if (!id.startsWith(prefix)) {
            return Optional.empty();
        }
        String[] parts = id.substring(prefix.length()).split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int x = parts[2].indexOf('x');
        try {
            return Optional.of(new Parsed(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    Long.parseLong(x < 0 ? parts[2] : parts[2].substring(0, x)),
                    x >= 0,
                    Integer.parseInt(parts[3])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
