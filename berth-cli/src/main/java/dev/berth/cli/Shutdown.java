package dev.berth.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/** Runs a clean-up when the process is told to end (Ctrl-C, SIGTERM, the terminal closed), unless it was taken back. */
final class Shutdown implements AutoCloseable {
    private static volatile boolean running;

    private final Thread hook;

    private Shutdown(Thread hook) {
        this.hook = hook;
    }

    /** From now on, this clean-up runs when the process is told to end. */
    static Shutdown runs(PrintWriter err, Runnable cleanUp) {
        Thread hook = new Thread(
                () -> {
                    running = true;
                    err.println("berth: stopping");
                    err.flush();
                    cleanUp.run();
                },
                "berth-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Shutdown(hook);
    }

    /** Whether the process is ending by request: what fails from then on fails because of that. */
    static boolean isRunning() {
        return running;
    }

    /** Waits for the end of the process; does not return. */
    void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** Takes the clean-up back; does nothing if it runs already. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already: the process is ending.
        }
    }
}
