package dev.berth.router.streams;

import java.util.Iterator;
import java.util.LinkedHashMap;

/** The invocations that a task saved last, as far as a few megabytes reach: reading one back from the store costs more than it. */
final class RecentInvocations {
    private static final int MOST = 2_000;
    private static final long MOST_PAYLOAD_BYTES = 4 * 1024 * 1024;

    private final LinkedHashMap<String, RouterStores.Saved> kept = new LinkedHashMap<>();
    private long payloadBytes;

    /** The invocation of an id; null if it was not saved lately. */
    RouterStores.Saved get(String id) {
        return kept.get(id);
    }

    void put(RouterStores.Saved saved) {
        remove(saved.invocation().getId());
        kept.put(saved.invocation().getId(), saved);
        payloadBytes += bytes(saved);
        Iterator<RouterStores.Saved> oldest = kept.values().iterator();
        while (kept.size() > MOST || payloadBytes > MOST_PAYLOAD_BYTES) {
            payloadBytes -= bytes(oldest.next());
            oldest.remove();
        }
    }

    void remove(String id) {
        RouterStores.Saved removed = kept.remove(id);
        payloadBytes -= removed == null ? 0 : bytes(removed);
    }

    private static long bytes(RouterStores.Saved saved) {
        return saved.invocation().getPayload().remaining();
    }
}
