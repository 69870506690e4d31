package dev.berth.executor.container;

import dev.berth.schemas.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a container prints, in a file that it appends to.
 *
 * <p>A file and not a pipe: when the answer to an invocation has come, all that the code printed before is in the file, with
 * no thread that reads along and no race to wait out. Thread-safe.
 */
public final class ContainerLog implements AutoCloseable {
    // Tails are taken from the end; what is older than this is let go, so that the disk does not fill up.
    private static final long KEPT_BYTES = 1024 * 1024;

    private final FileChannel file;
    private long readTo;
    private String lastTail;

    /** A log in a file that is there or will be made. */
    public ContainerLog(Path path) {
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("The log of a container cannot be made at " + path, e);
        }
    }

    /**
     * The end of what was printed since the last call. Hot: called for each invocation, for which it costs one system call
     * if nothing was printed.
     *
     * @return null if nothing was printed
     */
    public synchronized String takeTail(int mostBytes) {
        try {
            if (!file.isOpen()) {
                String tail = lastTail;
                lastTail = null;
                return tail;
            }
            long size = file.size();
            if (size <= readTo) {
                readTo = size;
                return null;
            }
            int length = (int) Math.min(mostBytes, size - readTo);
            ByteBuffer tail = ByteBuffer.allocate(length);
            file.read(tail, size - length);
            readTo = size;
            if (size > KEPT_BYTES) {
                file.truncate(0);
                readTo = 0;
            }
            return new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(the log could not be read: " + e.getMessage() + ")";
        }
    }

    /** How much the file holds; 0 once it is closed. */
    synchronized long size() {
        try {
            return file.isOpen() ? file.size() : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The file may go; the tail that nobody has taken yet can still be taken. */
    @Override
    public synchronized void close() {
        try {
            lastTail = takeTail(Limits.LOG_TAIL_BYTES);
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
