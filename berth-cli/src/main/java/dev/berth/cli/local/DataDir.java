package dev.berth.cli.local;

import dev.berth.cli.text.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A data folder that this process alone may use while it lives. The lock is the operating system's, so a process that was
 * killed holds nothing.
 */
public final class DataDir implements AutoCloseable {
    private static final String LOCK = "berth.lock";
    private final Path path;
    private final FileChannel channel;

    private DataDir(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder if need be, and takes it.
     *
     * @throws Failure if it cannot be made, or a live process has it
     */
    public static DataDir take(Path path) {
        return take(path, "--data DIR");
    }

    /**
     * The same.
     *
     * @param setting how the folder is set, as the user writes it
     */
    public static DataDir take(Path path, String setting) {
        FileChannel channel = null;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = read(channel);
                channel.close();
                throw new Failure(
                        Failure.Kind.TAKEN,
                        "The data folder " + path + " is in use by another berth"
                                + (holder.isEmpty() ? "" : " (process " + holder + ")")
                                + ". Stop that one, or give another folder with " + setting + ".",
                        null);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
                    0);
            return new DataDir(path.toAbsolutePath().normalize(), channel);
        } catch (IOException e) {
            throw new Failure(
                    "The data folder " + path + " cannot be used (" + e + "). Give another with " + setting + ".", e);
        }
    }

    /** The folder, absolute. */
    public Path path() {
        return path;
    }

    /** Lets go of the folder; what is in it stays. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("The lock of " + path + " cannot be released", e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
    }
}
