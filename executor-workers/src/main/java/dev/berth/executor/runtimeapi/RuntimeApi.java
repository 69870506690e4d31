package dev.berth.executor.runtimeapi;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The Runtime API of an instance: opens a listener for each container. Thread-safe. */
public final class RuntimeApi implements AutoCloseable {
    private final Vertx vertx;
    private final String host;
    private final RuntimeReports reports;
    private final Set<Future<Void>> closing = ConcurrentHashMap.newKeySet();

    /**
     * @param host the local address at which containers reach it
     */
    public RuntimeApi(String host, RuntimeReports reports) {
        this.host = host;
        this.reports = reports;
        // One loop: the work is a few tens of microseconds an invocation, and a second one would only move caches
        // about.
        this.vertx = Vertx.vertx(new VertxOptions()
                // It serves no files; a cache directory would be left behind by a kill.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    }

    /**
     * Opens a listener for a container that is about to start. Blocks until it listens.
     *
     * @param concurrency how many invocations the container may run at a time
     * @throws IllegalStateException if it cannot listen
     */
    public ContainerListener open(String containerId, int concurrency) {
        ContainerListener listener = new ContainerListener(containerId, concurrency, host, reports, this::shutting);
        try {
            String deployment = vertx.deployVerticle(
                            listener, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            listener.deployedAs(deployment);
            return listener;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while opening a Runtime API for container " + containerId, e);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "No Runtime API could be opened for container " + containerId + " on " + host + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** How many listeners are open, or on their way to being shut. */
    public int listeners() {
        return vertx.deploymentIDs().size();
    }

    private void shutting(Future<Void> listener) {
        closing.add(listener);
        listener.onComplete(done -> closing.remove(listener));
    }

    @Override
    public void close() {
        try {
            // One that Vert.x itself closes under its own close would count as an error.
            Future.join(List.copyOf(closing))
                    .transform(done -> vertx.close())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("The Runtime API did not close", e);
        }
    }
}
