package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which processes belong to which container, and kills a container that takes more than its share.
 *
 * <p>No limit of the kernel fits: that of address space ends Node.js and Java at once, that of processes counts all of the user,
 * and none knows of directories; cgroups take rights that this process may lack. So the processes are looked at several times a
 * second, and between two looks a container can exceed. A process is a container's if it is in the session of its leader, is the
 * child of one that is known, or carries the container's id in its environment, and it stays so whatever it does later: a daemon
 * that leaves the session goes with its container. One that hides between two looks from all three escapes.
 *
 * <p>Where there is no /proc nothing is watched. Thread-safe; has one thread of its own.
 */
final class ProcessWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProcessWatch.class);
    private static final long LOOK_EACH_MS = 200;
    private static final int LOOKS_FOR_ONE_AT_DISK = 5;
    private static final long LOOK_AGAIN_MS = 2;
    // A process may be seen before it has the program, and with it the environment, that it was made for.
    private static final int YOUNG_LOOKS = 5;
    private static final long BYTES_PER_MB = 1024L * 1024L;

    private final ProcessLimits limits;
    private final Map<String, Watched> containers = new HashMap<>();
    /** All processes of this machine that have been seen, with the container they belong to or null. */
    private final Map<Long, Known> known = new HashMap<>();

    private final Thread thread;
    private long everStarted = -1;
    private long looks;
    private boolean closed;

    /** @param looks how often it was looked at, as far as that matters */
    private record Known(ProcessTable.Entry process, String container, int looks) {}

    private static final class Watched {
        private final long leader;
        private final Path tmp;
        private final int memoryMb;
        private final Runnable kill;
        private ContainerEnd breach;

        private Watched(long leader, Path tmp, int memoryMb, Runnable kill) {
            this.leader = leader;
            this.tmp = tmp;
            this.memoryMb = memoryMb;
            this.kill = kill;
        }
    }

    ProcessWatch(ProcessLimits limits, String threadName) {
        this.limits = limits;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to watch a container.
     *
     * @param leader of its session
     * @param kill ends it
     */
    synchronized void watch(String id, long leader, Path tmp, int memoryMb, Runnable kill) {
        containers.put(id, new Watched(leader, tmp, memoryMb, kill));
    }

    /** The limit that a container was killed for. */
    synchronized Optional<ContainerEnd> breach(String id) {
        Watched container = containers.get(id);
        return container == null ? Optional.empty() : Optional.ofNullable(container.breach);
    }

    /**
     * Kills all that is left of a container, forgets it, and waits until it is gone. Blocks.
     *
     * @return whether it is gone
     */
    boolean end(String id, Duration atMost) {
        long ends = System.nanoTime() + atMost.toNanos();
        try {
            for (Set<Long> left = members(id); !left.isEmpty(); left = members(id)) {
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
        } finally {
            forget(id);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void forget(String id) {
        containers.remove(id);
    }

    private synchronized Set<Long> members(String id) throws IOException {
        look();
        Set<Long> members = new HashSet<>();
        known.forEach((pid, process) -> {
            if (id.equals(process.container) && !process.process.zombie()) {
                members.add(pid);
            }
        });
        return members;
    }

    private void run() {
        try {
            while (true) {
                List<Runnable> kills;
                synchronized (this) {
                    wait(LOOK_EACH_MS);
                    if (closed) {
                        return;
                    }
                    kills = containers.isEmpty() ? List.of() : breaches();
                }
                kills.forEach(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.warn("Processes are not watched any more: memory, processes and disk have no limit from now on", e);
        }
    }

    /** Called with the lock held. */
    private List<Runnable> breaches() throws IOException {
        long started = ProcessTable.everStarted();
        if (started != everStarted) {
            look();
            everStarted = started;
        }
        Map<String, Long> bytes = new HashMap<>();
        Map<String, Integer> threads = new HashMap<>();
        known.forEach((pid, process) -> {
            if (process.container != null) {
                bytes.merge(process.container, ProcessTable.anonymousBytes(pid), Long::sum);
                threads.merge(process.container, process.process.threads(), Integer::sum);
            }
        });
        boolean disk = looks++ % LOOKS_FOR_ONE_AT_DISK == 0;
        List<Runnable> kills = new ArrayList<>();
        containers.forEach((id, container) -> {
            if (container.breach == null) {
                container.breach = breach(id, container, bytes.getOrDefault(id, 0L), threads.getOrDefault(id, 0), disk);
                if (container.breach != null) {
                    log.warn("Killing container={} cause={}", id, container.breach.how());
                    kills.add(container.kill);
                }
            }
        });
        return kills;
    }

    private ContainerEnd breach(String id, Watched container, long bytes, int threads, boolean disk) {
        long mostBytes = container.memoryMb * BYTES_PER_MB;
        if (bytes > mostBytes && shareBytes(id) > mostBytes) {
            return new ContainerEnd(
                    "Runtime.OutOfMemory",
                    "signal: killed. The container reached its memory limit of " + container.memoryMb
                            + " MB. Give the function more memory.");
        } else if (threads > limits.mostProcesses()) {
            return ContainerEnd.exit("signal: killed. The container had more than " + limits.mostProcesses()
                    + " processes and threads, its limit.");
        } else if (disk && Directories.size(container.tmp) > limits.mostTmpMb() * BYTES_PER_MB) {
            return ContainerEnd.exit("signal: killed. The container's scratch directory (TMPDIR) held more than "
                    + limits.mostTmpMb() + " MB, its limit.");
        }
        return null;
    }

    private long shareBytes(String id) {
        long bytes = 0;
        for (Map.Entry<Long, Known> process : known.entrySet()) {
            if (id.equals(process.getValue().container)) {
                bytes += ProcessTable.anonymousShareBytes(process.getKey());
            }
        }
        return bytes;
    }

    /** Finds out whose each process is. Called with the lock held. */
    private void look() throws IOException {
        Map<Long, String> leaders = new HashMap<>();
        containers.forEach((id, container) -> leaders.put(container.leader, id));
        List<ProcessTable.Entry> now = ProcessTable.now();
        // Parents first: a child is known by its parent, which usually has the lower number and the earlier start.
        now.sort((a, b) ->
                a.started() != b.started() ? Long.compare(a.started(), b.started()) : Long.compare(a.pid(), b.pid()));
        Map<Long, Known> before = new HashMap<>(known);
        known.clear();
        for (ProcessTable.Entry process : now) {
            Known seen = before.get(process.pid());
            if (seen == null || seen.process.started() != process.started()) {
                seen = new Known(process, null, 0);
            }
            String container = seen.container != null ? seen.container : owner(process, leaders, seen.looks);
            known.put(process.pid(), new Known(process, container, Math.min(seen.looks + 1, YOUNG_LOOKS)));
        }
    }

    private String owner(ProcessTable.Entry process, Map<Long, String> leaders, int looks) {
        String bySession = leaders.get(process.session());
        if (bySession != null) {
            return bySession;
        }
        Known parent = known.get(process.parent());
        if (parent != null && parent.container != null) {
            return parent.container;
        }
        String named = looks < YOUNG_LOOKS ? ProcessTable.variable(process.pid(), "BERTH_CONTAINER_ID") : null;
        return containers.containsKey(named) ? named : null;
    }
}
