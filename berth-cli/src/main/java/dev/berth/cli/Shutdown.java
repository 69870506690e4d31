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

    /**
     * The same, and the process ends with exit code 0 then: to be told to end is no failure of a service. The code of a JVM that
     * ends by a signal is otherwise 143.
     */
    static Shutdown succeeds(PrintWriter err, Runnable cleanUp) {
        return runs(err, () -> {
            try {
                cleanUp.run();
                err.flush();
                Runtime.getRuntime().halt(0);
            } catch (RuntimeException e) {
                err.println("berth: stopping failed: " + e);
                err.flush();
                Runtime.getRuntime().halt(Main.FAILED);
            }
        });
    }

    /** Whether the process is ending by request: what fails from then on fails because of that. */
    static boolean isRunning() {
        return running;
    }

    /** Waits for the end of the process; does not return. */
    void await() throws InterruptedException {
        awaitEnd();
    }

    /** The same, for who knows that it is ending. */
    static void awaitEnd() throws InterruptedException {
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
