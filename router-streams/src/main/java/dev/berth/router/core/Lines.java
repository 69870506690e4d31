package dev.berth.router.core;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** For ordered functions: the invocations of each key, of which only the first may run. Lines may be long: nothing walks along one. */
final class Lines {
    private final Map<String, LinkedHashSet<String>> byKey = new HashMap<>();

    /** Stands at the end of its key's line; true if it is the first. */
    boolean join(Request request) {
        Set<String> line = byKey.computeIfAbsent(request.keyText(), key -> new LinkedHashSet<>(2));
        line.add(request.id());
        return isFirst(request.id(), line);
    }

    /** Whether it stands in line behind another. */
    boolean isBehind(Request request) {
        Set<String> line = byKey.get(request.keyText());
        return line != null && line.contains(request.id()) && !isFirst(request.id(), line);
    }

    /** Leaves its line; returns the one whose turn it now is, or null. */
    String leave(Request request) {
        Set<String> line = byKey.get(request.keyText());
        if (line == null) {
            return null;
        }
        boolean first = isFirst(request.id(), line);
        line.remove(request.id());
        if (line.isEmpty()) {
            byKey.remove(request.keyText());
            return null;
        }
        return first ? line.iterator().next() : null;
    }

    private static boolean isFirst(String id, Set<String> line) {
        return line.iterator().next().equals(id);
    }
}
