package dev.berth.gateway.checkup.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import java.util.Locale;

/**
 * What was found at one check.
 *
 * @param check what was looked at, in one word
 * @param message what there is, a sentence
 * @param fix what to do, a sentence; empty if nothing need be done
 */
public record Finding(String check, Level level, String message, String fix) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** Worth knowing, nothing wrong. */
        NOTE,
        /** Something goes wrong, other things work. */
        WARN,
        /** Invocations cannot work. */
        FAIL
    }

    static Finding ok(String check, String message) {
        return new Finding(check, Level.OK, message, "");
    }

    static Finding note(String check, String message) {
        return new Finding(check, Level.NOTE, message, "");
    }

    static Finding warn(String check, String message, String fix) {
        return new Finding(check, Level.WARN, message, fix);
    }

    static Finding fail(String check, String message, String fix) {
        return new Finding(check, Level.FAIL, message, fix);
    }

    /** As the API tells it. */
    public ObjectNode json() {
        return Json.object()
                .put("check", check)
                .put("level", level.name().toLowerCase(Locale.ROOT))
                .put("message", message)
                .put("fix", fix);
    }
}
