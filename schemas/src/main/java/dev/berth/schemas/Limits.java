package dev.berth.schemas;

/** Every limit that more than one part of Berth must agree on. */
public final class Limits {
    /** Payload of an invocation that somebody waits for, and of any result. As in Lambda: 6 MB. */
    public static final int SYNC_PAYLOAD_BYTES = 6 * 1024 * 1024;

    /** Payload of an asynchronous invocation. As in Lambda: 1 MB. */
    public static final int ASYNC_PAYLOAD_BYTES = 1024 * 1024;

    /** The largest record on any topic: a result with its envelope, inside an outcome. */
    public static final int RECORD_BYTES = 8 * 1024 * 1024;

    /** The end of an invocation's log that travels with its result. As in Lambda: 4 KB. */
    public static final int LOG_TAIL_BYTES = 4 * 1024;

    /** What one record of the logs topic holds of what a container printed. */
    public static final int LOG_CHUNK_BYTES = 64 * 1024;

    /** A code package, zipped. As in Lambda: 50 MB. */
    public static final int CODE_ZIP_BYTES = 50 * 1024 * 1024;

    /** A code package, unzipped. As in Lambda: 250 MB. */
    public static final long CODE_UNZIPPED_BYTES = 250L * 1024 * 1024;

    /** One record of the code topic. */
    public static final int CODE_CHUNK_BYTES = 512 * 1024;

    /** A routing value, in UTF-16 units; it is held for each pin. */
    public static final int ROUTING_VALUE_CHARS = 256;

    private Limits() {}
}
