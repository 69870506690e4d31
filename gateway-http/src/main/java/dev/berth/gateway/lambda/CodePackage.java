package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A function's code as it was sent, checked.
 *
 * @param zip the bytes, not copied
 * @param sha256 of them, in hex
 * @param unzippedBytes as its directory says, which can lie: who unpacks it counts for himself
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record CodePackage(byte[] zip, String sha256, long unzippedBytes) {
    private static final int MAX_ENTRIES = 65_000;
    private static final int MAX_NAME_CHARS = 4096;

    /**
     * Checks that some bytes are a zip that can be unpacked without harm: its size, the size of what is in it, and that no
     * name leads out of the folder. The executor checks again what it unpacks; here the one who deploys is told.
     *
     * @param what it is, in errors
     * @throws ApiException if it is not
     */
    static CodePackage check(byte[] zip, String what) {
        if (zip.length > Limits.CODE_ZIP_BYTES) {
            throw ApiError.tooLarge(
                            "The zip has " + zip.length + " bytes; at most " + Limits.CODE_ZIP_BYTES + " are allowed.")
                    .exception();
        }
        Path file = null;
        long unzippedBytes;
        try {
            // Read by its directory, as the executor will: a stream of local headers can tell another story.
            file = Files.createTempFile("berth-code-", ".zip");
            Files.write(file, zip);
            try (ZipFile entries = new ZipFile(file.toFile())) {
                unzippedBytes = checkEntries(entries, what);
            }
        } catch (ZipException e) {
            throw refuse(what, "it cannot be read as a zip (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw new UncheckedIOException("The code package could not be checked in the temporary folder", e);
        } finally {
            delete(file);
        }
        return new CodePackage(zip, sha256(zip), unzippedBytes);
    }

    /** How many records it takes on the code topic. */
    int chunks() {
        return (zip.length + Limits.CODE_CHUNK_BYTES - 1) / Limits.CODE_CHUNK_BYTES;
    }

    private static long checkEntries(ZipFile entries, String what) {
        if (entries.size() == 0) {
            throw refuse(what, "it holds no file");
        }
        if (entries.size() > MAX_ENTRIES) {
            throw refuse(what, "it holds " + entries.size() + " entries; at most " + MAX_ENTRIES + " are allowed");
        }
        long unzipped = 0;
        Set<String> names = new HashSet<>();
        for (var each = entries.entries(); each.hasMoreElements(); ) {
            ZipEntry entry = each.nextElement();
            String name = entry.getName();
            if (!isSafe(name)) {
                throw refuse(
                        what,
                        "the name '" + printable(name)
                                + "' leads out of the package's folder or cannot be a file's. Use relative names without \"..\"");
            }
            if (!names.add(name)) {
                throw refuse(what, "the name '" + printable(name) + "' is in it twice");
            }
            unzipped += Math.max(0, entry.getSize());
            if (unzipped > Limits.CODE_UNZIPPED_BYTES) {
                throw refuse(what, "unzipped it has more than " + Limits.CODE_UNZIPPED_BYTES + " bytes");
            }
        }
        return unzipped;
    }

    private static boolean isSafe(String name) {
        if (name.isEmpty()
                || name.length() > MAX_NAME_CHARS
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.chars().anyMatch(c -> c < 0x20)) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static String printable(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A file left in the temporary folder is no reason to refuse a deployment.
            file.toFile().deleteOnExit();
        }
    }

    private static ApiException refuse(String what, String why) {
        return ApiError.invalidParameter("Could not unzip " + what + ": " + why + ".")
                .exception();
    }
}
