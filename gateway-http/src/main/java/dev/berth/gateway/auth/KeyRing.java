package dev.berth.gateway.auth;

import dev.berth.gateway.auth.core.Keys;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys as the file has them, looked at once a second. If the file cannot be read any more, the keys that were read last go on
 * to hold, and {@link #problem} says so: a slip of an editor should not lock everybody out.
 *
 * <p>Read on the event loop, written on a worker.
 */
public final class KeyRing {
    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
    private static final long LOOK_MS = 1_000;

    private final KeyFile file;
    private volatile Keys keys;
    private volatile String seen;
    private volatile String problem;

    /**
     * Reads the keys.
     *
     * @throws IllegalStateException as {@link KeyFile#read}
     */
    public KeyRing(Vertx vertx, KeyFile file) {
        this.file = file;
        this.seen = mark();
        this.keys = file.read();
        vertx.setPeriodic(
                LOOK_MS,
                look -> vertx.executeBlocking(
                        () -> {
                            refresh();
                            return null;
                        },
                        true));
    }

    /** The keys now. */
    public Keys keys() {
        return keys;
    }

    /** Why the keys may be old ones. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void refresh() {
        String now = mark();
        if (now.equals(seen)) {
            return;
        }
        try {
            keys = file.read();
            problem = null;
            log.info("Keys read file={} keys={}", file.path(), keys.all().size());
        } catch (RuntimeException e) {
            problem = "keys: " + e.getMessage() + " The keys read before go on to hold.";
            log.error("{}", problem);
        }
        seen = now;
    }

    /** Another after each change: the file is replaced, so at least its number in the file system is another. */
    private String mark() {
        try {
            var attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime() + " " + attributes.size();
        } catch (NoSuchFileException e) {
            return "none";
        } catch (IOException e) {
            return "unreadable: " + e.getMessage();
        }
    }
}
