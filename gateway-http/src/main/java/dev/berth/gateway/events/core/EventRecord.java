package dev.berth.gateway.events.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A record that an HTTP request becomes.
 *
 * @param key empty for none
 * @param headers in their order; Kafka knows no case but that
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record EventRecord(Optional<String> key, byte[] value, List<Header> headers) {
    /** A header of the record. */
    public record Header(String name, String value) {}

    public EventRecord {
        headers = List.copyOf(headers);
    }

    /** The same with headers before its own. */
    EventRecord after(List<Header> first) {
        List<Header> all = new ArrayList<>(first);
        all.addAll(headers);
        return new EventRecord(key, value, all);
    }

    /** The same under another key. */
    EventRecord under(Optional<String> other) {
        return new EventRecord(other, value, headers);
    }
}
