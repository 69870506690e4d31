package dev.berth.cli.process;

import dev.berth.cli.text.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for starts in a way that a stop can end. */
final class Started {
    private Started() {}

    /** @throws Failure if it does not come about, or the thread is interrupted */
    static void await(CompletableFuture<Void> ready) {
        try {
            ready.get();
        } catch (ExecutionException e) {
            throw new Failure(Failure.rootMessage(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while starting", e);
        }
    }
}
