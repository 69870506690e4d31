package dev.berth.replay.core;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The ids of what a replay runs: its own id, a dot, and what the original's id comes to. The same original in the same replay has the
 * same id, so that doing it twice runs it once; and whose an outcome is shows in its key.
 */
public final class ReplayIds {
    private static final int UUID_CHARS = 36;

    private ReplayIds() {}

    /** The id under which a replay runs an original. */
    public static String of(String replayId, String originalId) {
        return replayId + '.' + UUID.nameUUIDFromBytes(originalId.getBytes(StandardCharsets.UTF_8));
    }

    /** What stands for the original of a record that is no invocation: where it lies. */
    public static String coordinates(String topic, int partition, long offset) {
        return topic + '/' + partition + '/' + offset;
    }

    /** Whether a replay ran an invocation, by the invocation's id. */
    public static boolean isOf(String replayId, String invocationId) {
        return invocationId.length() == replayId.length() + 1 + UUID_CHARS
                && invocationId.startsWith(replayId)
                && invocationId.charAt(replayId.length()) == '.'
                && isUuid(invocationId, replayId.length() + 1);
    }

    /** Anybody may have chosen the id of an invocation. */
    private static boolean isUuid(String text, int from) {
        for (int i = 0; i < UUID_CHARS; i++) {
            char c = text.charAt(from + i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    /** 63 bits of an id of a replay: two of some millions are alike by a chance of one in a million. */
    static long fingerprint(String invocationId) {
        UUID uuid = UUID.fromString(invocationId.substring(invocationId.length() - UUID_CHARS));
        // The bits of the version and the variant are the same in all.
        return (uuid.getMostSignificantBits() ^ Long.rotateLeft(uuid.getLeastSignificantBits(), 17)) & Long.MAX_VALUE;
    }
}
