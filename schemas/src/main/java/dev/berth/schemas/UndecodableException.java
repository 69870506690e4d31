package dev.berth.schemas;

/** A record's bytes are not what its topic holds. The record goes to the dead letters; the partition goes on. */
public final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, in one word for machines. */
    public enum Reason {
        /** No value at all. */
        EMPTY("empty"),
        /** Not the magic byte and schema id of Confluent's wire format. */
        NOT_AVRO("not-avro"),
        /** A schema id that the registry does not know. */
        UNKNOWN_SCHEMA("unknown-schema"),
        /** A known schema that does not resolve to the topic's. */
        WRONG_SCHEMA("wrong-schema"),
        /** The right header, but a body that its schema does not describe. */
        MALFORMED("malformed");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The word as it stands in a dead letter. */
        public String word() {
            return word;
        }
    }

    private final Reason reason;

    UndecodableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    UndecodableException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }
}
