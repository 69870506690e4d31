package dev.berth.executor.code;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The Unix modes of a zip's entries, which stand in its central directory only and which {@code java.util.zip} does not tell.
 * Format: PKWARE's APPNOTE.TXT, sections 4.3.12 and 4.3.16.
 */
final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int END_BYTES = 22;
    private static final int MOST_COMMENT_BYTES = 65535;
    private static final int MADE_BY_UNIX = 3;
    private static final int FILE_TYPE = 0170000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int ANY_EXECUTE = 0111;

    private final Map<String, Integer> modes = new HashMap<>();

    /**
     * Reads the central directory.
     *
     * @throws CodeException if there is none: this is not a zip
     */
    ZipDirectory(byte[] zip) throws CodeException {
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int end = findEnd(in);
            int entries = Short.toUnsignedInt(in.getShort(end + 10));
            int position = in.getInt(end + 16);
            for (int i = 0; i < entries; i++) {
                position = readEntry(in, position);
            }
        } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
            throw new CodeException("The package's zip directory is damaged. Make the zip anew.", e);
        }
    }

    boolean isSymbolicLink(String name) {
        return (modes.getOrDefault(name, 0) & FILE_TYPE) == SYMBOLIC_LINK;
    }

    /** Whether anybody may execute an entry; what was not packed on Unix says nothing, and is executable. */
    boolean isExecutable(String name) {
        Integer mode = modes.get(name);
        return mode == null || (mode & ANY_EXECUTE) != 0;
    }

    private int readEntry(ByteBuffer in, int position) {
        if (in.getInt(position) != ENTRY_SIGNATURE) {
            throw new IllegalArgumentException("no entry at " + position);
        }
        int madeBy = in.getShort(position + 4) >>> 8 & 0xff;
        int nameBytes = Short.toUnsignedInt(in.getShort(position + 28));
        int extraBytes = Short.toUnsignedInt(in.getShort(position + 30));
        int commentBytes = Short.toUnsignedInt(in.getShort(position + 32));
        int attributes = in.getInt(position + 38);
        byte[] name = new byte[nameBytes];
        in.get(position + 46, name);
        int mode = attributes >>> 16;
        if (madeBy == MADE_BY_UNIX && mode != 0) {
            modes.put(new String(name, StandardCharsets.UTF_8), mode);
        }
        return position + 46 + nameBytes + extraBytes + commentBytes;
    }

    private static int findEnd(ByteBuffer in) throws CodeException {
        int last = in.limit() - END_BYTES;
        for (int at = last; at >= Math.max(0, last - MOST_COMMENT_BYTES); at--) {
            if (in.getInt(at) == END_SIGNATURE) {
                return at;
            }
        }
        throw new CodeException(
                "The package is not a zip (" + in.limit() + " bytes). Deploy a directory or a .zip file.");
    }
}
