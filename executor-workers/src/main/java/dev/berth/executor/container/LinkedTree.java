package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Shows a tree of files in a second place, by hard links: as fast as its files are many, not large, and without disk. The
 * content is one and the same, so the second place must be read-only to whoever must not change the first.
 */
final class LinkedTree {
    private LinkedTree() {}

    /**
     * Shows a package in the task root of a container that was started without one.
     *
     * @param gone whether the container is gone, and its task root with it
     * @throws ContainerStartException if that cannot be
     */
    static void fill(ContainerSpec spec, Path taskRoot, boolean gone) throws ContainerStartException {
        if (gone) {
            throw new ContainerStartException(
                    "Runtime.ExitError",
                    "The prewarmed container " + spec.containerId() + " ended before it had the code of "
                            + spec.function() + ".");
        }
        try {
            fill(spec.code(), taskRoot);
        } catch (IOException e) {
            throw new ContainerStartException(
                    "Runtime.StartFailed",
                    "The code of " + spec.function() + " could not be put into container " + spec.containerId() + ": "
                            + e + ". Is the disk full?",
                    e);
        }
    }

    /**
     * @param target a directory that is there and empty
     */
    static void fill(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path copy = target.resolve(source.relativize(directory).toString());
                if (!directory.equals(source)) {
                    Files.createDirectory(copy);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                // Now that all is in it, and not by the process's umask: another user reads it.
                Files.setPosixFilePermissions(
                        target.resolve(source.relativize(directory).toString()),
                        Files.getPosixFilePermissions(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path link = target.resolve(source.relativize(file).toString());
                try {
                    Files.createLink(link, file);
                } catch (IOException | UnsupportedOperationException e) {
                    // Another file system, or one file in more containers than it can have names.
                    Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
