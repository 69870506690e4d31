package dev.berth.cli.pack;

import dev.berth.cli.text.Failure;
import dev.berth.schemas.Limits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/**
 * Makes the zip of a function's code. The bytes depend on names, contents and executable bits alone: entries are sorted, times
 * are fixed. Executable bits are kept, since runtime {@code provided} starts a file.
 */
public final class CodePackage {
    private static final FileTime FIXED_TIME =
            FileTime.fromMillis(946_684_800_000L); // 2000-01-01, well inside DOS time
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<String> LEFT_OUT = Set.of(".git", "__pycache__", ".DS_Store");

    private CodePackage() {}

    /**
     * The package of a path: a folder's contents, one file alone, or a zip (which a jar is too) as it is.
     *
     * @throws Failure if there is nothing there, or it is over Lambda's limits
     */
    public static byte[] of(Path path) {
        if (!Files.exists(path)) {
            throw new Failure(
                    "There is no " + path + ". Give the folder, file or .zip that holds the function's code.");
        }
        try {
            if (Files.isDirectory(path)) {
                return of(filesUnder(path), path.toString());
            }
            String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".zip") || name.endsWith(".jar")) {
                return zipAsItIs(path);
            }
            SortedMap<String, Path> one = new TreeMap<>();
            one.put(path.getFileName().toString(), path);
            return of(one, path.toString());
        } catch (IOException e) {
            throw new Failure("The code at " + path + " cannot be packed: " + e, e);
        }
    }

    /**
     * A package of files from several places.
     *
     * @param files name in the package to file
     * @param what the package's name in errors
     */
    public static byte[] of(SortedMap<String, Path> files, String what) throws IOException {
        if (files.isEmpty()) {
            throw new Failure("There are no files in " + what + "; a function needs code.");
        }
        long bytes = 0;
        for (Path file : files.values()) {
            bytes += Files.size(file);
        }
        if (bytes > Limits.CODE_UNZIPPED_BYTES) {
            throw tooLarge(what, "unzipped", bytes, Limits.CODE_UNZIPPED_BYTES);
        }
        Path folder = Files.createTempDirectory("berth-package-");
        Path zip = folder.resolve("code.zip");
        try {
            write(files, zip);
            return bounded(zip, what);
        } finally {
            Files.deleteIfExists(zip);
            Files.deleteIfExists(folder);
        }
    }

    private static void write(SortedMap<String, Path> files, Path zip) throws IOException {
        // The only writer in the JDK that can set permissions in a zip.
        Map<String, Object> options = Map.of("create", "true", "enablePosixFileAttributes", true);
        try (FileSystem target = FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), options)) {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                Path entry = target.getPath("/" + file.getKey());
                if (entry.getParent() != null) {
                    Files.createDirectories(entry.getParent());
                }
                Files.write(entry, Files.readAllBytes(file.getValue()));
                Files.setPosixFilePermissions(entry, Files.isExecutable(file.getValue()) ? EXECUTABLE : PLAIN);
            }
            for (Path root : target.getRootDirectories()) {
                fixTimes(root);
            }
        }
    }

    private static void fixTimes(Path root) throws IOException {
        try (var entries = Files.walk(root)) {
            for (Path entry : entries.filter(e -> e.getNameCount() > 0).toList()) {
                if (Files.isDirectory(entry)) {
                    Files.setPosixFilePermissions(entry, EXECUTABLE);
                }
                Files.setLastModifiedTime(entry, FIXED_TIME);
            }
        }
    }

    private static SortedMap<String, Path> filesUnder(Path folder) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                        return !dir.equals(folder)
                                        && LEFT_OUT.contains(dir.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()
                                && !LEFT_OUT.contains(file.getFileName().toString())) {
                            files.put(folder.relativize(file).toString().replace('\\', '/'), file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }

    private static byte[] zipAsItIs(Path path) throws IOException {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            if (zip.size() == 0) {
                throw new Failure("The zip " + path + " is empty; a function needs code.");
            }
        } catch (IOException e) {
            throw new Failure(path + " is not a zip that can be read (" + e.getMessage() + ").", e);
        }
        return bounded(path, path.toString());
    }

    private static byte[] bounded(Path zip, String what) throws IOException {
        long bytes = Files.size(zip);
        if (bytes > Limits.CODE_ZIP_BYTES) {
            throw tooLarge(what, "zipped", bytes, Limits.CODE_ZIP_BYTES);
        }
        return Files.readAllBytes(zip);
    }

    private static Failure tooLarge(String what, String how, long bytes, long limit) {
        return new Failure("The code of " + what + " is " + bytes + " bytes " + how + "; the limit is " + limit
                + ". Leave out what the function does not need.");
    }
}
