package dev.berth.gateway.auth.core;

/** Percent-encoding as signatures need it (RFC 3986, capital hex digits), on texts in which a character is a byte. */
final class Percent {
    private static final String HEX = "0123456789ABCDEF";

    private Percent() {}

    /** Encodes all but letters, digits and {@code -._~}, and what is to be kept. */
    static String encoded(String bytes, String kept) {
        StringBuilder text = new StringBuilder(bytes.length() + 16);
        for (int i = 0; i < bytes.length(); i++) {
            char each = bytes.charAt(i);
            if (unreserved(each) || kept.indexOf(each) >= 0) {
                text.append(each);
            } else {
                text.append('%').append(HEX.charAt((each >> 4) & 15)).append(HEX.charAt(each & 15));
            }
        }
        return text.toString();
    }

    /** Decodes; a percent sign without two hex digits stays as it is. */
    static String decoded(String text) {
        StringBuilder bytes = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            int high = each == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                bytes.append(each);
            } else {
                bytes.append((char) (high << 4 | low));
                i += 2;
            }
        }
        return bytes.toString();
    }

    private static boolean unreserved(char each) {
        return (each >= 'A' && each <= 'Z')
                || (each >= 'a' && each <= 'z')
                || (each >= '0' && each <= '9')
                || each == '-'
                || each == '.'
                || each == '_'
                || each == '~';
    }
}
