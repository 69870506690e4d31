package dev.berth.executor.code;

import dev.berth.executor.container.Directories;
import dev.berth.schemas.CodeRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** The packages that this instance has unzipped. Thread-safe; blocks while it fetches. */
public final class CodeStore {
    private final Path directory;
    private final CodeSource source;
    private final Map<String, CompletableFuture<Path>> packages = new ConcurrentHashMap<>();

    /** Where the bytes of packages come from. */
    @FunctionalInterface
    public interface CodeSource {
        /** The whole zip, checked against its sum. */
        byte[] fetch(CodeRef code) throws CodeException;
    }

    /**
     * @param directory survives restarts: a package that is there is not fetched again
     */
    public CodeStore(Path directory, CodeSource source) {
        this.directory = directory;
        this.source = source;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("The directory for code cannot be made: " + directory, e);
        }
    }

    /** The directory of a package. Two that ask for one package at once fetch it once. */
    public Path unzipped(CodeRef code) throws CodeException {
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> theirs = packages.putIfAbsent(code.getSha256(), mine);
        if (theirs == null) {
            try {
                mine.complete(make(code));
            } catch (CodeException e) {
                // The next container tries anew: the chunks may be there by then.
                packages.remove(code.getSha256());
                mine.completeExceptionally(e);
            } catch (RuntimeException e) {
                packages.remove(code.getSha256());
                mine.completeExceptionally(new CodeException("The package " + code.getSha256() + " failed: " + e, e));
            }
            theirs = mine;
        }
        try {
            return theirs.join();
        } catch (CompletionException e) {
            throw new CodeException(e.getCause().getMessage(), e);
        }
    }

    private Path make(CodeRef code) throws CodeException {
        if (!code.getSha256().matches("[0-9a-f]{64}")) {
            throw new CodeException("The function's code reference is not a SHA-256 in hex: " + code.getSha256());
        }
        Path target = directory.resolve(code.getSha256());
        if (Files.isDirectory(target)) {
            return target;
        }
        byte[] zip = source.fetch(code);
        try {
            Path scratch = Files.createTempDirectory(directory, ".unzipping-");
            try {
                Unzipper.unzip(zip, scratch);
                // In one step: a directory of this name is whole, whoever is killed when.
                Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | AtomicMoveNotSupportedException e) {
                throw new CodeException("The package " + code.getSha256() + " could not be put in place: " + e, e);
            } finally {
                Directories.delete(scratch);
            }
            return target;
        } catch (IOException e) {
            throw new CodeException(
                    "The package " + code.getSha256() + " could not be unzipped in " + directory + ": " + e
                            + ". Is the disk full?",
                    e);
        }
    }
}
