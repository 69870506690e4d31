package dev.berth.bench.invoke;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

/**
 * What all that is measured has taken so far: processor time of this process and of its children, which its process containers
 * are, and bytes in the files that Kafka's topics and RocksDB's tables are made of.
 *
 * @param folder where those files are, in folders below it
 */
public record Meter(Path folder) {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** What was taken up to a moment. */
    public record Reading(double cpuNs, long diskBytes) {
        Reading since(Reading before) {
            return new Reading(cpuNs - before.cpuNs, diskBytes - before.diskBytes);
        }
    }

    Reading read() {
        double children = ProcessHandle.current()
                .descendants()
                .mapToDouble(child ->
                        child.info().totalCpuDuration().map(Duration::toNanos).orElse(0L))
                .sum();
        return new Reading(SYSTEM.getProcessCpuTime() + children, diskBytes());
    }

    private long diskBytes() {
        var bytes = new SimpleFileVisitor<Path>() {
            private long sum;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".log") || name.endsWith(".sst")) {
                    sum += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE; // Kafka and RocksDB delete while this looks.
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(folder, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.sum;
    }
}
