package dev.berth.replay.core;

import java.util.Arrays;
import java.util.Optional;

/** Why a record that was read is not done again. */
public enum LeftOut {
    /** It cannot be read as what its topic holds. */
    UNREADABLE("unreadable"),
    /** It is another tenant's: not shown to this one. */
    OTHER_TENANT("other-tenant"),
    /** Earlier or later than asked for. */
    OTHER_TIME("other-time"),
    OTHER_FUNCTION("other-function"),
    OTHER_KEY("other-key"),
    OTHER_OUTCOME("other-outcome"),
    /** It has no outcome, or that has expired, and one was asked for. */
    NO_OUTCOME("no-outcome"),
    OTHER_REASON("other-reason"),
    OTHER_SOURCE("other-source"),
    /** It was made by a replay or a redrive: what it repeats is done again, and not its repetition. */
    REPETITION("repetition"),
    /** It asked where it would run, and ran nothing. */
    EXPLANATION("explanation"),
    /** The same invocation was in the range before. */
    DUPLICATE("duplicate"),
    /** Nobody waits for a replay, and such an invocation must be smaller. */
    TOO_LARGE("too-large"),
    /** A dead letter that was redriven before. */
    REDRIVEN("redriven"),
    /** A dead letter that cannot be redriven: the letter does not hold what it would need. */
    NOT_REDRIVABLE("not-redrivable"),
    /** A dead letter whose topic does not take its record: by its size, or since it is not allowed. */
    REFUSED("refused"),
    /** The filters of the function's trigger do not let it pass. */
    FILTERED("filtered"),
    /** The topic did not keep it until it was to be read. */
    EXPIRED("expired");

    private final String word;

    LeftOut(String word) {
        this.word = word;
    }

    /** For machines. */
    public String word() {
        return word;
    }

    /** The reason of a word. */
    public static Optional<LeftOut> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
