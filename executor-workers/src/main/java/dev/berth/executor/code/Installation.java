package dev.berth.executor.code;

import dev.berth.executor.container.Directories;
import dev.berth.schemas.CodeRef;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a version of a function needs on the disk of this instance: its package, and its layers laid over one another. Each
 * package lies there once, whoever uses it, and so does each pile of layers: its files are links to the packages'. Thread-safe;
 * blocks while it fetches.
 */
public final class Installation {
    private final Path directory;
    private final CodeStore packages;
    private final Map<Path, Long> sizes = new ConcurrentHashMap<>();

    /**
     * Where a version's files lie.
     *
     * @param code its package, unzipped; null if it runs from an image
     * @param layers all its layers together; null if it has none
     */
    public record Installed(Path code, Path layers) {}

    /**
     * @param directory for piles of layers, on one file system with the packages; survives restarts
     */
    public Installation(Path directory, CodeStore packages) {
        this.directory = directory;
        this.packages = packages;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("The directory for layers cannot be made: " + directory, e);
        }
    }

    /**
     * Fetches and unzips what is not there.
     *
     * @throws CodeException if a package cannot be had or used, or if all together are over the limit
     */
    public Installed install(FunctionVersion version) throws CodeException {
        Path code = version.getImage() == null ? packages.unzipped(version.getCode()) : null;
        if (version.getLayers().isEmpty()) {
            return new Installed(code, null);
        }
        try {
            long bytes = code == null ? 0 : bytes(code);
            for (CodeRef layer : version.getLayers()) {
                bytes += bytes(packages.unzipped(layer));
            }
            if (bytes > Limits.CODE_UNZIPPED_BYTES) {
                throw new CodeException(
                        "The package and its " + version.getLayers().size() + " layers have " + bytes
                                + " bytes unzipped; together they may have " + Limits.CODE_UNZIPPED_BYTES
                                + ". Leave out what the function does not need.");
            }
            return new Installed(code, pile(version.getLayers()));
        } catch (IOException e) {
            throw new CodeException("The layers could not be laid down in " + directory + ": " + e + ".", e);
        }
    }

    /** One at a time: it takes no longer than the links. */
    private synchronized Path pile(List<CodeRef> layers) throws CodeException, IOException {
        if (layers.size() == 1) {
            return packages.unzipped(layers.get(0));
        }
        Path target = directory.resolve(name(layers));
        if (Files.isDirectory(target)) {
            return target;
        }
        Path scratch = Files.createTempDirectory(directory, ".piling-");
        try {
            for (int i = 0; i < layers.size(); i++) {
                lay(packages.unzipped(layers.get(i)), scratch, i + 1);
            }
            seal(scratch);
            // In one step: a directory of this name is whole, whoever is killed when.
            Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.delete(scratch);
        }
        return target;
    }

    private static void lay(Path layer, Path pile, int number) throws CodeException, IOException {
        try (var files = Files.walk(layer)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = pile.resolve(layer.relativize(file).toString());
                boolean isDirectory = Files.isDirectory(file);
                if (Files.exists(target) && isDirectory != Files.isDirectory(target)) {
                    throw new CodeException("Layer " + number + " has a " + (isDirectory ? "directory" : "file")
                            + " where an earlier one has a " + (isDirectory ? "file" : "directory") + ": "
                            + layer.relativize(file) + ". Rename one of them.");
                }
                if (isDirectory) {
                    Files.createDirectories(target);
                } else {
                    Files.deleteIfExists(target);
                    Files.createLink(target, file);
                }
            }
        }
    }

    private static void seal(Path pile) throws IOException {
        try (var all = Files.walk(pile)) {
            for (Path path : (Iterable<Path>) all.filter(Files::isDirectory)::iterator) {
                // The root itself stays writable for its owner until it has been moved to its place.
                String mode = path.equals(pile) ? "rwxr-xr-x" : "r-xr-xr-x";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            }
        }
    }

    private long bytes(Path unzipped) throws IOException {
        Long known = sizes.get(unzipped);
        if (known == null) {
            try (var all = Files.walk(unzipped)) {
                long sum = 0;
                for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                    sum += Files.size(file);
                }
                known = sum;
            }
            sizes.put(unzipped, known);
        }
        return known;
    }

    /** Of the layers and their order. */
    private static String name(List<CodeRef> layers) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            layers.forEach(layer -> digest.update(layer.getSha256().getBytes(StandardCharsets.US_ASCII)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
