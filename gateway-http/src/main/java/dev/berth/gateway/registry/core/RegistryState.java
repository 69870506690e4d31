package dev.berth.gateway.registry.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything the registry knows. Immutable: a change is a new state, so that a failed write to disk changes nothing.
 *
 * @param schemas by id: the first has id 1. Ids are given once and never taken back, since records on topics carry them.
 * @param subjects the ids of each subject's versions, the first being version 1
 * @param level the compatibility of subjects without a level of their own
 * @param levels the compatibility of single subjects
 */
public record RegistryState(
        List<String> schemas,
        SortedMap<String, List<Integer>> subjects,
        CompatibilityLevel level,
        SortedMap<String, CompatibilityLevel> levels) {

    public RegistryState {
        schemas = List.copyOf(schemas);
        subjects = new TreeMap<>(subjects);
        levels = new TreeMap<>(levels);
    }

    /** A registry that was never used. */
    public static RegistryState empty() {
        return new RegistryState(List.of(), new TreeMap<>(), CompatibilityLevel.BACKWARD, new TreeMap<>());
    }

    Optional<String> schema(int id) {
        return id >= 1 && id <= schemas.size() ? Optional.of(schemas.get(id - 1)) : Optional.empty();
    }

    /** The id of a schema's canonical text, whichever subject it came in under. */
    Optional<Integer> idOf(String schema) {
        int index = schemas.indexOf(schema);
        return index < 0 ? Optional.empty() : Optional.of(index + 1);
    }

    Optional<List<Integer>> versions(String subject) {
        return Optional.ofNullable(subjects.get(subject));
    }

    CompatibilityLevel levelOf(String subject) {
        return levels.getOrDefault(subject, level);
    }

    RegistryState withSchema(String schema) {
        List<String> more = new ArrayList<>(schemas);
        more.add(schema);
        return new RegistryState(more, subjects, level, levels);
    }

    RegistryState withVersion(String subject, int id) {
        List<Integer> ids = new ArrayList<>(subjects.getOrDefault(subject, List.of()));
        ids.add(id);
        SortedMap<String, List<Integer>> more = new TreeMap<>(subjects);
        more.put(subject, List.copyOf(ids));
        return new RegistryState(schemas, more, level, levels);
    }

    RegistryState withLevel(Optional<String> subject, CompatibilityLevel newLevel) {
        if (subject.isEmpty()) {
            return new RegistryState(schemas, subjects, newLevel, levels);
        }
        SortedMap<String, CompatibilityLevel> more = new TreeMap<>(levels);
        more.put(subject.get(), newLevel);
        return new RegistryState(schemas, subjects, level, more);
    }
}
