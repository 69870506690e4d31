package dev.berth.router.core;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** For ordered functions: the invocations of each key, of which only the first may run. */
final class Lines {
    private final Map<String, ArrayDeque<String>> byKey = new HashMap<>();

    /** Stands at the end of its key's line; true if it is the first. */
    boolean join(Request request) {
        ArrayDeque<String> line = byKey.computeIfAbsent(request.keyText(), key -> new ArrayDeque<>(2));
        if (!line.contains(request.id())) {
            line.addLast(request.id());
        }
        return line.peekFirst().equals(request.id());
    }

    /** Whether it stands in line behind another. */
    boolean isBehind(Request request) {
        ArrayDeque<String> line = byKey.get(request.keyText());
        return line != null && line.contains(request.id()) && !line.peekFirst().equals(request.id());
    }

    /** Leaves its line; returns the one whose turn it now is, or null. */
    String leave(Request request) {
        ArrayDeque<String> line = byKey.get(request.keyText());
        if (line == null) {
            return null;
        }
        boolean first = request.id().equals(line.peekFirst());
        line.remove(request.id());
        if (line.isEmpty()) {
            byKey.remove(request.keyText());
            return null;
        }
        return first ? line.peekFirst() : null;
    }
}
