package dev.berth.executor.container;

import dev.berth.schemas.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a container prints, in a file that it appends to, and who printed which part of it.
 *
 * <p>A file and not a pipe: when the answer to an invocation has come, all that the code printed before is in the file, with
 * no thread that reads along and no race to wait out. So what is in the file when an invocation ends, and was not before, is
 * its own, if it ran there alone.
 *
 * <p>Parts are taken by one reader, which lets the file start anew from time to time. Everything else is thread-safe.
 */
public final class ContainerLog implements AutoCloseable {
    // From here on the file starts anew when it has been read, an invocation has ended, and nothing was printed for a
    // while.
    // Not in the middle of an invocation: a log without end is to reach the limit that its container has for a file.
    private static final long KEPT_BYTES = 1024 * 1024;
    /** A file that has grown so long starts anew as soon as all of it was read, even if there is never a quiet while. */
    public static final long MOST_UNQUIET_BYTES = 16 * KEPT_BYTES;
    // Where there is no such limit, the disk must not fill up.
    private static final long MOST_BYTES = 256 * KEPT_BYTES;
    private static final int MOST_PARTS = 10_000;

    private final FileChannel file;
    private final List<Object> printers = new ArrayList<>(1);
    private final Deque<Part> parts = new ArrayDeque<>();
    private long partsTo;
    private long tailFrom;
    // The tail of what was let go while an invocation ran.
    private String tailBefore = "";
    private boolean endedSinceAnew;
    private long quietAt;
    private boolean complete;

    /**
     * A part of the file.
     *
     * @param printer the invocation that printed it; null for none, or if several ran
     * @param whole nothing will be added to it
     */
    public record Part(Object printer, long from, long to, boolean whole) {}

    /** A log in a file that is there or will be made. */
    public ContainerLog(Path path) {
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("The log of a container cannot be made at " + path, e);
        }
    }

    /** An invocation is about to be handed to the container. Hot: no system call, unless another runs there. */
    public synchronized void begin(Object printer) {
        if (!printers.isEmpty()) {
            cut(soleOr(null), size());
        }
        printers.add(printer);
    }

    /**
     * An invocation has ended, or will not begin since the container could not start. Hot: one system call if nothing was
     * printed.
     *
     * @return the end of what was printed since this was last called, at most 4 KB; null if nothing was
     */
    public synchronized String end(Object printer) {
        boolean ran = printers.remove(printer);
        boolean alone = printers.isEmpty();
        endedSinceAnew |= ran;
        long size = size();
        if (size <= tailFrom && tailBefore.isEmpty()) {
            return null;
        }
        cut(ran && alone ? printer : null, size);
        String tail = tail(size);
        tailBefore = "";
        tailFrom = size;
        return tail.isEmpty() ? null : tail;
    }

    /** The container has started: what it printed so far is nobody's. */
    public synchronized void started() {
        cut(null, size());
    }

    /** The container has ended: what is in the file is all. Its directory may go; the file can still be read. */
    public synchronized void complete() {
        cut(soleOr(null), size());
        complete = true;
    }

    /** Whether nothing will be added any more. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** Whether an invocation runs, or there are parts to be taken: a call to {@link #take} may find something. No system call. */
    public synchronized boolean isBusy() {
        return complete || !printers.isEmpty() || !parts.isEmpty();
    }

    /**
     * What has been printed and not been taken. A part that may still grow is the last, and comes again when it is whole, with
     * all that was in it.
     */
    public synchronized List<Part> take() {
        List<Part> taken = new ArrayList<>(parts);
        parts.clear();
        long size = size();
        if (size > partsTo) {
            taken.add(new Part(soleOr(null), partsTo, size, false));
        }
        return taken;
    }

    /**
     * Reads from the file.
     *
     * @return how many bytes were read; fewer than there is room for at the file's end
     * @throws IOException if the file is closed or the disk fails
     */
    public int read(ByteBuffer into, long from) throws IOException {
        int read = 0;
        while (into.hasRemaining()) {
            int more = file.read(into, from + read);
            if (more < 0) {
                break;
            }
            read += more;
        }
        return read;
    }

    /**
     * Lets the file start anew if it has grown long and all of it has been taken and read. What is printed in the microsecond
     * between the look at its length and its truncation is lost, and nobody can count it; so it is done when nothing was printed
     * since the last call, if there is such a time.
     *
     * @param readTo how far the reader is, which calls this whenever it has looked
     * @return whether the next part begins at 0
     */
    public synchronized boolean anew(long readTo) {
        boolean quiet = readTo == quietAt;
        quietAt = readTo;
        if (readTo < KEPT_BYTES || complete || !parts.isEmpty() || !(quiet || readTo >= MOST_UNQUIET_BYTES)) {
            return false;
        }
        if (!printers.isEmpty() && !endedSinceAnew && readTo < MOST_BYTES) {
            return false;
        }
        try {
            String tail = printers.isEmpty() ? "" : tail(readTo);
            if (file.size() != readTo) {
                return false;
            }
            file.truncate(0);
            tailBefore = tail;
        } catch (IOException e) {
            return false;
        }
        partsTo = 0;
        tailFrom = 0;
        endedSinceAnew = false;
        return true;
    }

    /** Lets the file go. The tail that nobody has asked for yet can still be had from {@link #end}. */
    @Override
    public synchronized void close() {
        try {
            tailBefore = tail(size());
            tailFrom = 0;
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much the file holds; 0 once it is closed. */
    public synchronized long size() {
        try {
            long size = file.isOpen() ? file.size() : 0;
            // The code can cut its own log short.
            partsTo = Math.min(partsTo, size);
            tailFrom = Math.min(tailFrom, size);
            return size;
        } catch (IOException e) {
            return 0;
        }
    }

    private Object soleOr(Object otherwise) {
        return printers.size() == 1 ? printers.get(0) : otherwise;
    }

    private void cut(Object printer, long to) {
        if (to <= partsTo) {
            return;
        }
        if (parts.size() >= MOST_PARTS) {
            // The reader is far behind. Better a part without its printer than memory without bound.
            parts.addLast(new Part(null, parts.removeLast().from(), to, true));
        } else {
            parts.addLast(new Part(printer, partsTo, to, true));
        }
        partsTo = to;
    }

    private String tail(long size) {
        int length = (int) Math.min(Limits.LOG_TAIL_BYTES, size - tailFrom);
        if (length <= 0) {
            return tailBefore;
        }
        try {
            ByteBuffer tail = ByteBuffer.allocate(length);
            int read = read(tail, size - length);
            String text = new String(tail.array(), 0, read, StandardCharsets.UTF_8);
            return lastOf(length < Limits.LOG_TAIL_BYTES ? tailBefore + text : text);
        } catch (IOException e) {
            return "(the log could not be read: " + e.getMessage() + ")";
        }
    }

    /** Not more than the limit in UTF-8 either, in which each byte that was no text takes three. */
    private static String lastOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, bytes.length - Limits.LOG_TAIL_BYTES);
        while (from > 0 && from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return from == 0 ? text : new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }
}
