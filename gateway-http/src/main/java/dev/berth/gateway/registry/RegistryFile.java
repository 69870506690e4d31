package dev.berth.gateway.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.registry.core.CompatibilityLevel;
import dev.berth.gateway.registry.core.RegistryState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The registry's state on disk: one JSON file, replaced as a whole by an atomic move, so that a crash leaves the old one or the
 * new one. Losing it would make every record on the topics unreadable; hence no guess is made about a damaged file.
 */
final class RegistryFile {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    RegistryFile(Path file) {
        this.file = file;
    }

    /**
     * The state as last written; empty if there is no file.
     *
     * @throws IllegalStateException if the file is there but cannot be understood
     */
    RegistryState read() {
        if (!Files.exists(file)) {
            return RegistryState.empty();
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root.path("format").asInt() != FORMAT) {
                throw damaged("its format is not " + FORMAT, null);
            }
            List<String> schemas = new ArrayList<>();
            root.path("schemas").forEach(schema -> schemas.add(schema.asText()));
            TreeMap<String, List<Integer>> subjects = new TreeMap<>();
            root.path("subjects").properties().forEach(subject -> {
                List<Integer> ids = new ArrayList<>();
                for (JsonNode id : subject.getValue()) {
                    if (id.asInt() < 1 || id.asInt() > schemas.size()) {
                        throw damaged("subject " + subject.getKey() + " names the unknown id " + id, null);
                    }
                    ids.add(id.asInt());
                }
                subjects.put(subject.getKey(), List.copyOf(ids));
            });
            TreeMap<String, CompatibilityLevel> levels = new TreeMap<>();
            root.path("levels")
                    .properties()
                    .forEach(level ->
                            levels.put(level.getKey(), level(level.getValue().asText())));
            return new RegistryState(schemas, subjects, level(root.path("level").asText()), levels);
        } catch (JsonProcessingException e) {
            throw damaged(e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("The registry's file " + file + " cannot be read", e);
        }
    }

    /** Replaces the file; when it returns, the state is on disk. */
    void write(RegistryState state) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        state.schemas().forEach(root.putArray("schemas")::add);
        ObjectNode subjects = root.putObject("subjects");
        state.subjects().forEach((subject, ids) -> ids.forEach(subjects.putArray(subject)::add));
        root.put("level", state.level().name());
        ObjectNode levels = root.putObject("levels");
        state.levels().forEach((subject, level) -> levels.put(subject, level.name()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(root));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("The registry's file " + file + " cannot be written", e);
        }
    }

    private CompatibilityLevel level(String name) {
        return CompatibilityLevel.named(name).orElseThrow(() -> damaged("unknown compatibility level " + name, null));
    }

    private IllegalStateException damaged(String why, Exception cause) {
        return new IllegalStateException(
                "The registry's file " + file + " is damaged (" + why
                        + "). Berth did not start, since records on the topics"
                        + " carry the ids it holds. Restore it from a copy, or start with an empty data directory.",
                cause);
    }
}
