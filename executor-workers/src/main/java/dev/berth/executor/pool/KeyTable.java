package dev.berth.executor.pool;

import java.util.LinkedHashMap;
import java.util.List;

/** The keys that have something on this instance. */
final class KeyTable {
    /** Some 60 MB. More would be forgotten by the router too; a forgotten key comes back with its container's name in the dispatch. */
    private static final int MOST_KEYS = 100_000;

    private final ContainerTable containers;
    private final int mostKeys;
    private final LinkedHashMap<Key.Name, Key> byName = new LinkedHashMap<>(64, 0.75f, true);

    KeyTable(ContainerTable containers) {
        this(containers, MOST_KEYS);
    }

    KeyTable(ContainerTable containers, int mostKeys) {
        this.containers = containers;
        this.mostKeys = mostKeys;
    }

    /** The key of an invocation that has just come: it is kept until that has ended. */
    Key invoked(Job job, long nowMs) {
        Key key = byName.computeIfAbsent(new Key.Name(job.function(), job.routingValue()), Key::new);
        key.invoked(job.forecast(), nowMs);
        if (byName.size() > mostKeys) {
            forgetEldest();
        }
        return key;
    }

    /** From now on the key's jobs may wait for this container. */
    void bind(Key key, Container container, boolean served) {
        if (container.keys.add(key)) {
            key.containers.add(container);
            if (!key.line.isEmpty()) {
                containers.await(container, +1);
            }
            if (!served) {
                container.promised.add(key);
            }
        }
    }

    /**
     * The container serves the key now.
     *
     * @return whether it does so for the first time
     */
    boolean serve(Key key, Container container) {
        bind(key, container, false);
        container.lastServed(key);
        return container.promised.remove(key);
    }

    /**
     * The key has a container: those that were started for it, and have served others meanwhile or are not wanted any more, are
     * no more its own than any.
     */
    void releasePromised(Key key) {
        for (Container container : List.copyOf(key.containers)) {
            Waiting claiming = container.claimedBy;
            boolean wanted = claiming != null
                    && claiming.key == key
                    && claiming.job.order().fresh();
            if (container.startedFor == key && container.promised.contains(key) && !wanted) {
                container.release(key);
                key.containers.remove(container);
                if (!key.line.isEmpty()) {
                    containers.await(container, -1);
                }
            }
        }
    }

    /**
     * No key leads to this container any more.
     *
     * @return the keys that it leaves with jobs and without another
     */
    List<Key> unbind(Container container) {
        for (Key key : container.keys) {
            key.containers.remove(container);
            if (!key.line.isEmpty()) {
                containers.await(container, -1);
            }
        }
        List<Key> bereft = container.keys.stream()
                .filter(key -> key.containers.isEmpty() && !key.line.isEmpty())
                .toList();
        container.keys.forEach(this::dropIfUnused);
        container.forgetKeys();
        return bereft;
    }

    /** One of its invocations is over. */
    void ended(Key key) {
        key.open--;
        dropIfUnused(key);
    }

    private void dropIfUnused(Key key) {
        if (key.isUnused()) {
            byName.remove(key.name(), key);
        }
    }

    private void forgetEldest() {
        var eldest = byName.values().iterator();
        Key key = eldest.next();
        // One with open jobs was used just now, or waits long: it is young again.
        if (key.open == 0) {
            eldest.remove();
            key.containers.forEach(container -> container.forget(key));
        } else {
            byName.get(key.name());
        }
    }
}
