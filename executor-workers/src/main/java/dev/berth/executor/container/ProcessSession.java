package dev.berth.executor.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes that share a session: a container's, as the kernel keeps them together. */
final class ProcessSession {
    private static final Path PROC = Path.of("/proc");
    private static final long LOOK_AGAIN_MS = 2;
    // proc(5): pid (comm) state ppid pgrp session ...; comm may hold spaces and parentheses.
    private static final int STATE_AFTER_COMM = 0;
    private static final int SESSION_AFTER_COMM = 3;

    private ProcessSession() {}

    /**
     * Kills what is left of a session and waits until it is gone. Blocks.
     *
     * @return whether it is gone
     */
    static boolean end(long session, Duration atMost) {
        long ends = System.nanoTime() + atMost.toNanos();
        try {
            for (List<Long> left = members(session); !left.isEmpty(); left = members(session)) {
                left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                if (System.nanoTime() >= ends) {
                    return false;
                }
                Thread.sleep(LOOK_AGAIN_MS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            return true; // No /proc here: the pipe and the tree of processes were what could be done.
        }
    }

    private static List<Long> members(long session) throws IOException {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                String[] fields = fields(process);
                if (fields.length > SESSION_AFTER_COMM
                        && fields[SESSION_AFTER_COMM].equals(Long.toString(session))
                        // A zombie is dead; only its parent can bury it.
                        && !fields[STATE_AFTER_COMM].equals("Z")) {
                    members.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return members;
    }

    private static String[] fields(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException e) {
            return new String[0]; // It has just ended.
        }
    }
}
