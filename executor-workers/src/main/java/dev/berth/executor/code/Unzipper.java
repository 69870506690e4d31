package dev.berth.executor.code;

import dev.berth.schemas.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Unzips packages that may be meant to do harm. */
final class Unzipper {
    private static final int MOST_ENTRIES = 100_000;

    private Unzipper() {}

    /**
     * Unzips into an empty directory and makes all of it read-only.
     *
     * @throws CodeException if an entry would lie outside, is a link or comes twice, or if the whole is over the limit
     */
    static void unzip(byte[] zip, Path root) throws CodeException, IOException {
        unzip(zip, root, Limits.CODE_UNZIPPED_BYTES);
    }

    static void unzip(byte[] zip, Path root, long mostBytes) throws CodeException, IOException {
        ZipDirectory directory = new ZipDirectory(zip);
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        int entries = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (++entries > MOST_ENTRIES) {
                    throw new CodeException("The package has more than " + MOST_ENTRIES + " files.");
                }
                Path target = targetOf(entry.getName(), root, directory);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                total = copy(in, target, buffer, total, mostBytes);
                String mode = directory.isExecutable(entry.getName()) ? "r-xr-xr-x" : "r--r--r--";
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
            }
        } catch (ZipException | IllegalArgumentException e) {
            throw new CodeException("The package's zip is damaged: " + e.getMessage() + ". Make it anew.", e);
        } catch (FileAlreadyExistsException e) {
            throw new CodeException(
                    "The package has two entries for the file " + root.relativize(Path.of(e.getFile())), e);
        }
        if (entries == 0) {
            throw new CodeException("The package is empty.");
        }
        try (var all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all.filter(Files::isDirectory)::iterator) {
                // The root itself stays writable for its owner until it has been moved to its place.
                String mode = path.equals(root) ? "rwxr-xr-x" : "r-xr-xr-x";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            }
        }
    }

    private static Path targetOf(String name, Path root, ZipDirectory directory) throws CodeException {
        if (directory.isSymbolicLink(name)) {
            throw new CodeException("The package holds a symbolic link (" + name
                    + "), which could lead out of it. Pack the file that it points to.");
        }
        if (name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.indexOf('\0') >= 0) {
            throw new CodeException("The package holds an entry with an unsafe name: '" + name + "'.");
        }
        Path target = root.resolve(name).normalize();
        boolean isRoot = target.equals(root) && name.endsWith("/");
        if (!target.startsWith(root) || (target.equals(root) && !isRoot)) {
            throw new CodeException("The package holds an entry that would lie outside of it: '" + name + "'.");
        }
        return target;
    }

    private static long copy(InputStream in, Path target, byte[] buffer, long before, long mostBytes)
            throws IOException, CodeException {
        long total = before;
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                total += read;
                if (total > mostBytes) {
                    throw new CodeException("The package is over " + mostBytes + " bytes unzipped.");
                }
                out.write(buffer, 0, read);
            }
        }
        return total;
    }
}
