package dev.berth.cli.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A bash that is typed into, so that what one command sets is there for the next. Used by one thread. */
final class Shell implements AutoCloseable {
    private static final String END = "--- end of the step: ";
    /** What a terminal overwrites. */
    private static final Pattern PROGRESS = Pattern.compile("[·\\u2588-\\u258f]{10}");

    private final Process bash;
    private final BufferedReader out;
    private final Writer in;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

    /** What commands printed on stdout and stderr, and the exit code of the last. */
    record Said(String text, int exitCode) {}

    Shell(Path folder, Map<String, String> variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "--norc").directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_"));
        builder.environment().putAll(variables);
        bash = builder.redirectErrorStream(true).start();
        out = new BufferedReader(new InputStreamReader(bash.getInputStream(), StandardCharsets.UTF_8));
        in = bash.outputWriter(StandardCharsets.UTF_8);
    }

    /** Runs commands to their end; ends the shell when they take too long. */
    Said run(String commands, Duration limit) throws IOException {
        var tooLong = watch.schedule(this::end, limit.toMillis(), TimeUnit.MILLISECONDS);
        in.write(commands + "\necho '" + END + "'$?\n");
        in.flush();
        StringBuilder text = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            // The output before it may lack its line's end.
            int end = line.indexOf(END);
            String printed = end < 0 ? line : line.substring(0, end);
            if (!PROGRESS.matcher(printed).find() && (end < 0 || end > 0)) {
                text.append(printed).append('\n');
            }
            if (end >= 0) {
                tooLong.cancel(false);
                return new Said(text.toString(), Integer.parseInt(line.substring(end + END.length())));
            }
        }
        throw new AssertionError("The shell ended, or took longer than " + limit + ", at:\n" + commands + "\n" + text);
    }

    private void end() {
        bash.descendants().forEach(ProcessHandle::destroyForcibly);
        bash.destroyForcibly();
    }

    @Override
    public void close() {
        end();
        watch.shutdownNow();
    }
}
