package dev.berth.gateway.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.auth.core.Key;
import dev.berth.gateway.auth.core.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The keys of a gateway, {@code keys.json} in its data directory, for its owner's eyes only (mode 0600): the secrets of access keys
 * stand in it as they are, since signatures cannot be checked without them; of API keys there is only a hash.
 *
 * <p>Replaced as a whole, so a reader sees the old or the new. Writers of several processes take turns by a lock file.
 */
public final class KeyFile {
    private static final String NAME = "keys.json";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;

    /** @param gatewayDir the gateway's data directory */
    public KeyFile(Path gatewayDir) {
        this.file = gatewayDir.resolve(NAME);
    }

    /** The file. */
    public Path path() {
        return file;
    }

    /**
     * The keys; none if there is no file.
     *
     * @throws IllegalStateException if the file is damaged, or others than its owner can read it
     */
    public Keys read() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            requirePrivate();
            JsonNode root = JSON.readTree(bytes);
            if (root.path("format").asInt() != FORMAT) {
                throw damaged("its format is not " + FORMAT, null);
            }
            List<Key> keys = new ArrayList<>();
            root.path("keys").forEach(key -> keys.add(key(key)));
            return Keys.of(keys);
        } catch (NoSuchFileException e) {
            return Keys.none();
        } catch (JsonProcessingException e) {
            // Without the parser's excerpt: it could be a secret.
            throw damaged("it is not JSON", null);
        } catch (IOException e) {
            throw new UncheckedIOException("The keys in " + file + " cannot be read", e);
        }
    }

    /** Changes the keys; when it returns, the change is on disk. A running gateway sees it about a second later. */
    public void change(UnaryOperator<List<Key>> change) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            // The lock file is between processes: for two threads of one it would be an error, not a turn.
            synchronized (KeyFile.class) {
                try (FileChannel lock = FileChannel.open(
                                file.resolveSibling(NAME + ".lock"),
                                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                                privately());
                        FileLock held = lock.lock()) {
                    write(change.apply(new ArrayList<>(read().all())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The keys in " + file + " cannot be written", e);
        }
    }

    private void write(List<Key> keys) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        var rows = root.putArray("keys");
        for (Key key : keys) {
            ObjectNode row = rows.addObject()
                    .put("id", key.id())
                    .put("tenant", key.tenant())
                    .put("note", key.note())
                    .put("createdMs", key.createdMs());
            if (key instanceof Key.Access access) {
                row.put("secret", access.secret());
            } else if (key instanceof Key.Api api) {
                row.put("secretHash", api.secretHash());
            }
        }
        Path next = file.resolveSibling(NAME + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel =
                FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), privately())) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(root));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Key key(JsonNode row) {
        String id = row.path("id").asText();
        String tenant = row.path("tenant").asText();
        if (id.isEmpty() || tenant.isEmpty()) {
            throw damaged("a key has no id or no tenant", null);
        }
        String note = row.path("note").asText();
        long createdMs = row.path("createdMs").asLong();
        if (row.hasNonNull("secret")) {
            return new Key.Access(
                    id, tenant, note, createdMs, row.path("secret").asText());
        }
        if (row.hasNonNull("secretHash")) {
            return new Key.Api(
                    id, tenant, note, createdMs, row.path("secretHash").asText());
        }
        throw damaged("key " + id + " has neither a secret nor its hash", null);
    }

    private void requirePrivate() throws IOException {
        if (posix() && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException("The keys in " + file + " can be read or changed by others (mode "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + "). Run chmod 600 on it, and make new keys if others may have read them.");
        }
    }

    private FileAttribute<?>[] privately() {
        return posix() ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)} : new FileAttribute<?>[0];
    }

    private boolean posix() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private IllegalStateException damaged(String why, Exception cause) {
        return new IllegalStateException(
                "The keys in " + file + " are damaged (" + why
                        + "). Restore the file from a copy, or delete it and make"
                        + " keys anew with ./berth keys create.",
                cause);
    }
}
