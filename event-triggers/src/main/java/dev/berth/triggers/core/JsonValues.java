package dev.berth.triggers.core;

/** Whether values are JSON. */
public final class JsonValues {
    private JsonValues() {}

    /** Whether the bytes are one JSON value and nothing else, in UTF-8. */
    public static boolean isJson(byte[] bytes) {
        return JsonText.isJson(bytes);
    }
}
