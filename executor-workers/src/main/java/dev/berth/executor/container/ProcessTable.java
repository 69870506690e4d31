package dev.berth.executor.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of this machine, as the kernel tells of them: proc(5). What has just ended has no memory, threads or names. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final long PAGE_BYTES = 4096;
    // The fields of stat after the name, which may hold spaces and parentheses.
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int THREADS = 17;
    private static final int STARTED = 19;

    private ProcessTable() {}

    /**
     * A process.
     *
     * @param started when, in the kernel's ticks; with the number it is the same process
     * @param zombie it is dead, and only its parent can bury it
     */
    record Entry(long pid, long started, long parent, long session, int threads, boolean zombie) {}

    /** All that there are now. */
    static List<Entry> now() throws IOException {
        List<Entry> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                String stat = read(pid, "stat");
                String[] fields =
                        stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
                if (fields.length > STARTED) {
                    all.add(new Entry(
                            pid,
                            Long.parseLong(fields[STARTED]),
                            Long.parseLong(fields[PARENT]),
                            Long.parseLong(fields[SESSION]),
                            Integer.parseInt(fields[THREADS]),
                            fields[STATE].equals("Z") || fields[STATE].equals("X")));
                }
            }
        }
        return all;
    }

    /** How many processes this machine has ever started: while that stands still, no new one has come. */
    static long everStarted() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("stat"))) {
            if (line.startsWith("processes ")) {
                return Long.parseLong(line.substring("processes ".length()).strip());
            }
        }
        return -1;
    }

    /** Memory that is in no file. What it shares with its parent since it was forked counts too. */
    static long anonymousBytes(long pid) {
        String[] pages = read(pid, "statm").split(" ", -1);
        return pages.length < 3 ? 0 : (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * PAGE_BYTES;
    }

    /** The same with its part only of what it shares; takes the kernel longer. */
    static long anonymousShareBytes(long pid) {
        for (String line : read(pid, "smaps_rollup").split("\n", -1)) {
            if (line.startsWith("Pss_Anon:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return anonymousBytes(pid);
    }

    /** A variable of the environment that it was started with; null if it had none of that name. */
    static String variable(long pid, String name) {
        String start = name + '=';
        for (String variable : read(pid, "environ").split("\0", -1)) {
            if (variable.startsWith(start)) {
                return variable.substring(start.length());
            }
        }
        return null;
    }

    private static String read(long pid, String file) {
        try {
            return new String(
                    Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has just ended, or is not ours.
        }
    }
}
