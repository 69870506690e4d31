package dev.berth.executor.pool;

/**
 * What the router wants done with a job, as its dispatch says.
 *
 * @param containerHint the container that the router's pin names, or null
 * @param strict only that one will do
 * @param fresh the key's own containers are thought to be busy: rather another of the function, or a new one, than wait
 * @param spilled it stands in for the key's pinned container
 * @param replaced the key had a container that is gone
 * @param waitUntilMs epoch milliseconds at which it is handed back if it has not started; 0 for never
 */
public record Order(
        String containerHint, boolean strict, boolean fresh, boolean spilled, boolean replaced, long waitUntilMs) {
    /** Any container will do, for as long as it takes. */
    public static final Order ANY = new Order(null, false, false, false, false, 0);
}
