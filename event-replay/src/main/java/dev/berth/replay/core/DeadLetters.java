package dev.berth.replay.core;

import dev.berth.schemas.DeadLetter;

/** What there is to know of dead letters. */
public final class DeadLetters {
    /** Whose a letter is that could not be read as anybody's: the tenant of those who have not told tenants apart. */
    private static final String NOBODYS = "default";

    private DeadLetters() {}

    /** Whose a letter is. */
    public static String tenant(DeadLetter letter) {
        return letter.getTenant() == null ? NOBODYS : letter.getTenant();
    }

    /** By what a letter is known: where it lies on the topic of dead letters. */
    public static String id(int partition, long offset) {
        return partition + "-" + offset;
    }
}
