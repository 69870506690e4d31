package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.Settings;
import dev.berth.cli.config.TriggersKeys;
import dev.berth.cli.local.Assembly;
import dev.berth.triggers.Triggers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Triggers and destinations; any number share the work. */
final class TriggersPart implements Part {
    private static final long MB = 1024L * 1024;

    private final String worker;
    private final long heldBytes;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Triggers triggers;

    TriggersPart(Settings settings) {
        String told = settings.get(TriggersKeys.WORKER);
        heldBytes = settings.get(TriggersKeys.HELD_MB) * MB;
        worker = told.isEmpty() ? "triggers-" + UUID.randomUUID().toString().substring(0, 8) : told;
    }

    @Override
    public void open() {
        // It needs nothing of this machine.
    }

    @Override
    public void start(Assembly assembly) {
        triggers = assembly.triggers(worker, heldBytes);
        Started.await(triggers.ready());
    }

    @Override
    public List<String> problems() {
        Triggers started = triggers;
        return started == null ? List.of("the triggers start") : started.problems();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void describe(ObjectNode ready) {
        ready.put("worker", worker);
    }

    @Override
    public void close() {
        Triggers started = triggers;
        if (started != null) {
            started.close();
        }
    }
}
