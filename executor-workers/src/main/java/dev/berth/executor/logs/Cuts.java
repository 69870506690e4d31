package dev.berth.executor.logs;

/** Where what was printed is cut: behind a line if possible, and never inside a character. */
final class Cuts {
    // Of the bytes of a character in UTF-8 but the last.
    private static final int LONGEST_BEGUN = 3;

    private Cuts() {}

    /**
     * How many of some bytes go together.
     *
     * @param length of them, more than 0
     * @param end whether nothing follows them: all of them go
     * @param full whether they are as many as can go together: some of them must
     * @return 0 if it is better to wait for the line's end
     */
    static int length(byte[] bytes, int length, boolean end, boolean full) {
        if (end) {
            return length;
        }
        for (int i = length; i > 0; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return full ? wholeCharacters(bytes, length) : 0;
    }

    /** Without a character that has begun and not ended. What is not UTF-8 is cut anywhere. */
    static int wholeCharacters(byte[] bytes, int length) {
        for (int begun = 1; begun <= LONGEST_BEGUN && begun < length; begun++) {
            int b = bytes[length - begun] & 0xFF;
            if (b >= 0xC0) {
                int due = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return due > begun ? length - begun : length;
            } else if (b < 0x80) {
                return length;
            }
        }
        return length;
    }
}
