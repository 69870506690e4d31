package dev.berth.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param check what, in one word
 * @param message what there is, a sentence
 * @param fix what to do; empty if nothing need be done
 */
public record Check(String check, Level level, String message, String fix) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** Worth knowing, nothing wrong. */
        NOTE,
        /** Something goes wrong. */
        WARN,
        /** It cannot work. */
        FAIL;

        /** Whether somebody should do something. */
        public boolean isWrong() {
            return this == WARN || this == FAIL;
        }
    }

    static Check ok(String check, String message) {
        return new Check(check, Level.OK, message, "");
    }

    static Check note(String check, String message) {
        return new Check(check, Level.NOTE, message, "");
    }

    static Check warn(String check, String message, String fix) {
        return new Check(check, Level.WARN, message, fix);
    }

    static Check fail(String check, String message, String fix) {
        return new Check(check, Level.FAIL, message, fix);
    }

    /** A gateway's finding. */
    static Check of(JsonNode finding) {
        return new Check(
                finding.path("check").asText(),
                Level.valueOf(finding.path("level").asText("note").toUpperCase(Locale.ROOT)),
                finding.path("message").asText(),
                finding.path("fix").asText());
    }

    /** For machines, in the form of a gateway's findings. */
    public ObjectNode json() {
        return Json.object()
                .put("check", check)
                .put("level", level.name().toLowerCase(Locale.ROOT))
                .put("message", message)
                .put("fix", fix);
    }
}
