package dev.berth.cli.config;

import java.time.Duration;
import java.util.List;

/** What a router can be told beyond {@link CommonKeys}. */
public final class RouterKeys {
    public static final Key<Integer> THREADS = Key.number(
            "router.threads",
            1,
            256,
            1,
            "Stream threads of this router. More than topics.partitions in all routers together have nothing to do.");
    public static final Key<Duration> SILENCE = Key.time(
            "instance.silence",
            "3s",
            "An instance that has said nothing for so long is lost, and its work is given to others; it speaks each second. The"
                    + " same for each router.");

    static final List<Key<?>> ALL = List.of(THREADS, SILENCE);

    private RouterKeys() {}
}
