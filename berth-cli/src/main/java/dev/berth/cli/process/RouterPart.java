package dev.berth.cli.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.RouterKeys;
import dev.berth.cli.config.Settings;
import dev.berth.cli.local.Assembly;
import dev.berth.router.Router;
import dev.berth.router.fleet.FleetLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A router; any number share the work. */
final class RouterPart implements Part {
    private final Settings settings;
    private final Path folder;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Router router;

    RouterPart(Settings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    @Override
    public void open() {
        // It needs nothing of this machine but its folder.
    }

    @Override
    public void start(Assembly assembly) {
        FleetLimits fleet = new FleetLimits(
                settings.get(RouterKeys.SILENCE).toMillis(),
                FleetLimits.defaults().slotRestMs());
        router = assembly.router(folder.resolve("state"), settings.get(RouterKeys.THREADS), fleet);
        Started.await(router.ready());
    }

    @Override
    public List<String> problems() {
        Router started = router;
        return started == null ? List.of("the router starts") : started.problems();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void describe(ObjectNode ready) {
        ready.put("threads", settings.get(RouterKeys.THREADS));
    }

    @Override
    public void close() {
        Router started = router;
        if (started != null) {
            started.close();
        }
    }
}
