package dev.berth.executor.logs;

import java.time.Duration;

/**
 * How much of what a container prints is kept, and how soon it can be read. What is over is counted and dropped.
 *
 * @param bytesPerSecond of one container, in the long run
 * @param burstBytes of one container at once, after it has been quiet
 * @param every how often it is looked whether running invocations have printed
 */
public record LogLimits(long bytesPerSecond, long burstBytes, Duration every) {
    /** 1 MB a second and 8 MB at once: a stack trace a millisecond, but no disk of a broker in a night. */
    public static final LogLimits USUAL = new LogLimits(1024 * 1024, 8 * 1024 * 1024, Duration.ofMillis(200));

    public LogLimits {
        if (bytesPerSecond < 1 || burstBytes < 1 || every.toMillis() < 1) {
            throw new IllegalArgumentException("Limits of logs are at least 1 byte and 1 ms: bytesPerSecond="
                    + bytesPerSecond + " burstBytes=" + burstBytes + " every=" + every);
        }
    }
}
