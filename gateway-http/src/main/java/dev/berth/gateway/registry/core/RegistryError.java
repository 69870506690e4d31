package dev.berth.gateway.registry.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why the registry refuses, in the error codes that Confluent's clients know. */
final class RegistryError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    private RegistryError(int status, int code, String message) {
        // An answer, not a fault: nobody reads its stack trace.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static RegistryError noSubject(String subject) {
        return new RegistryError(404, 40401, "Subject '" + subject + "' not found.");
    }

    static RegistryError noVersion(String version) {
        return new RegistryError(404, 40402, "Version " + version + " not found.");
    }

    static RegistryError noSchema(String what) {
        return new RegistryError(404, 40403, "Schema " + what + " not found.");
    }

    static RegistryError noConfig(String subject) {
        return new RegistryError(
                404, 40408, "Subject '" + subject + "' has no compatibility level of its own; the global one holds.");
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(422, 42201, why);
    }

    static RegistryError invalidVersion(String version) {
        return new RegistryError(
                422, 42202, "'" + version + "' is no version: give a number from 1 to 2147483647, or \"latest\".");
    }

    static RegistryError invalidLevel(String level) {
        return new RegistryError(422, 42203, "'" + level + "' is no compatibility level.");
    }

    static RegistryError incompatible(String message) {
        return new RegistryError(409, 409, message);
    }

    RegistryAnswer answer() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error_code", code);
        body.put("message", getMessage());
        return new RegistryAnswer(status, body);
    }
}
