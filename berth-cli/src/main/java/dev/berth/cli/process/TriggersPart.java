package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.Settings;
import dev.berth.cli.config.TriggersKeys;
import dev.berth.cli.local.Assembly;
import dev.berth.replay.ReplayWorker;
import dev.berth.triggers.Triggers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Triggers, destinations and replays; any number share the first two, and one of them carries out all replays. */
final class TriggersPart implements Part {
    private static final long MB = 1024L * 1024;

    private final String worker;
    private final long heldBytes;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Triggers triggers;
    private volatile ReplayWorker replays;

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
        replays = assembly.replays(worker);
        Started.await(triggers.ready());
        Started.await(replays.ready());
    }

    @Override
    public List<String> problems() {
        Triggers started = triggers;
        ReplayWorker replaying = replays;
        if (started == null || replaying == null) {
            return List.of("the triggers start");
        }
        List<String> problems = new ArrayList<>(started.problems());
        problems.addAll(replaying.problems());
        return problems;
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
        ReplayWorker replaying = replays;
        if (replaying != null) {
            replaying.close();
        }
        Triggers started = triggers;
        if (started != null) {
            started.close();
        }
    }
}
