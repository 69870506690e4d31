package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** What one run of the command line printed, and how it ended. */
record Ran(int exitCode, String out, String err) {
    static Ran berth(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine berth =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = berth.execute(args);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    /** The last line of stdout, as JSON. */
    JsonNode json() {
        List<String> lines = out.lines().toList();
        try {
            return Json.parse(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("stdout: " + out + " stderr: " + err, e);
        }
    }

    /** The error lines, without progress. */
    List<String> errors() {
        return err.lines().filter(line -> line.startsWith("berth: ")).toList();
    }
}
