package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.local.Assembly;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One part of Berth, as the process that runs it sees it. */
interface Part extends AutoCloseable {
    /** Takes what it needs of this machine (ports, folders) before it needs anything of others. */
    void open();

    /** Starts; returns when it works. */
    void start(Assembly assembly);

    /** What keeps it from working now; empty if nothing does. Any thread, from {@link #open} on. */
    List<String> problems();

    /** Completes exceptionally when it cannot go on. */
    CompletableFuture<Void> ended();

    /** Adds to the ready line what others must know of it. */
    void describe(ObjectNode ready);

    /** Stops gracefully and returns when it is down; whatever of it was started. */
    @Override
    void close();
}
