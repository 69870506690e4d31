package dev.berth.executor.pool;

/** How the container of an invocation was come by. */
public enum Reuse {
    /** It had run before. */
    WARM,
    /** It was started, and this is the first that it runs. */
    COLD,
    /** It was made before it was needed, without code or for this function, and this is the first that it runs. */
    PREWARMED,
    /** The container that served the key, or was asked for, is gone: this is another. */
    REPLACED,
    /** The key's container is busy: this is another, which had not served the key. */
    SPILLED
}
