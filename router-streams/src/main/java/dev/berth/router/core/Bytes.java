package dev.berth.router.core;

import java.util.Arrays;

/** Numbers as few bytes: a scratch pad that is written from its start, or an array that is read. */
final class Bytes {
    private byte[] bytes;
    private int at;

    /** An empty pad. */
    Bytes() {
        this(new byte[256]);
    }

    /** To be read. */
    Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    void clear() {
        at = 0;
    }

    byte[] written() {
        return Arrays.copyOf(bytes, at);
    }

    /** Whether an array begins with what was written. */
    boolean begins(byte[] other) {
        return other.length >= at && Arrays.equals(bytes, 0, at, other, 0, at);
    }

    /** Small non-negative numbers take one byte (LEB128, as in protocol buffers). */
    void number(long number) {
        reserve(10);
        long left = number;
        while ((left & ~0x7FL) != 0) {
            bytes[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[at++] = (byte) left;
    }

    long number() {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    /** Seven digits of it: enough for an estimate. */
    void estimate(double value) {
        reserve(4);
        int bits = Float.floatToRawIntBits((float) value);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes[at++] = (byte) (bits >>> shift);
        }
    }

    double estimate() {
        int bits = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            bits |= (bytes[at++] & 0xFF) << shift;
        }
        return Float.intBitsToFloat(bits);
    }

    void text(String text) {
        int length = text.length();
        number(length);
        for (int i = 0; i < length; i++) {
            number(text.charAt(i));
        }
    }

    String text() {
        char[] text = new char[(int) number()];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) number();
        }
        return new String(text);
    }

    private void reserve(int count) {
        if (bytes.length - at < count) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
    }
}
