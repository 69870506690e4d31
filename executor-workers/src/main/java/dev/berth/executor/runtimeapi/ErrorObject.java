package dev.berth.executor.runtimeapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Errors in the shape that Lambda's callers and runtimes know. */
public final class ErrorObject {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorObject() {}

    /** {@code {"errorType":...,"errorMessage":...}} in UTF-8. */
    public static byte[] json(String errorType, String message) {
        ObjectNode error = JSON.createObjectNode();
        error.put("errorType", errorType);
        error.put("errorMessage", message);
        return error.toString().getBytes(StandardCharsets.UTF_8);
    }
}
