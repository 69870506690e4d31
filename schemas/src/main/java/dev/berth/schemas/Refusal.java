package dev.berth.schemas;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.AuthorizationException;

/** What brokers refuse for want of a right, they refuse again until somebody grants it. */
public final class Refusal {
    private static final long PAUSE_SECONDS = 5;

    private Refusal() {}

    /**
     * Waits if brokers refused something, so that whoever tries again does not do so a hundred times a second. On the thread that
     * failed.
     */
    public static void pauseAfter(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException) {
                try {
                    TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return;
            }
        }
    }
}
