package dev.berth.sim.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One partition of a topic: records in order, kept for the whole run, and who follows it. */
final class Log<T> {
    /** A record with the time at which it was appended. */
    record Entry<T>(long offset, long atMs, T value) {}

    private final String name;
    private final VirtualTime time;
    private final Consumer<Entry<T>> watcher;
    private final List<Entry<T>> entries = new ArrayList<>();
    private final List<Reader<T>> readers = new ArrayList<>();

    /**
     * @param watcher sees each record at the moment it is appended; for the oracle
     */
    Log(String name, VirtualTime time, Consumer<Entry<T>> watcher) {
        this.name = name;
        this.time = time;
        this.watcher = watcher;
    }

    void append(T value) {
        Entry<T> entry = new Entry<>(entries.size(), time.nowMs(), value);
        entries.add(entry);
        watcher.accept(entry);
        for (Reader<T> reader : readers) {
            reader.plan(entry);
        }
    }

    List<Entry<T>> entries() {
        return entries;
    }

    long end() {
        return entries.size();
    }

    /** The first offset whose record is not older. */
    long since(long atMs) {
        for (Entry<T> entry : entries) {
            if (entry.atMs() >= atMs) {
                return entry.offset();
            }
        }
        return entries.size();
    }

    /** Hands all from an offset on to a part, in order, each after a delay of its own. */
    Reader<T> follow(long from, Part part, Network network, Consumer<Entry<T>> taker) {
        readers.removeIf(Reader::isOver);
        Reader<T> reader = new Reader<>(from, part, network, taker);
        readers.add(reader);
        for (Entry<T> entry : entries.subList((int) from, entries.size())) {
            reader.plan(entry);
        }
        return reader;
    }

    @Override
    public String toString() {
        return name;
    }
}
