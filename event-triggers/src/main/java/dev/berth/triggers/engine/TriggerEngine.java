package dev.berth.triggers.engine;

import dev.berth.schemas.Trigger;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Tables;
import dev.berth.triggers.TriggersConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker for each trigger there is. Thread-safe; workers are started and stopped by one thread of its own, since stopping takes as
 * long as a last commit.
 */
public final class TriggerEngine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TriggerEngine.class);

    private final EngineContext context;
    private final Map<String, TriggerWorker> workers = new HashMap<>();
    private final ExecutorService control = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "berth-triggers-control");
        thread.setDaemon(true);
        return thread;
    });

    /** Serves nothing until {@link #begin}. Admin and producer stay the caller's. */
    public TriggerEngine(
            TriggersConfig config, Tables tables, KnownTopics topics, Admin admin, Producer<byte[], byte[]> producer) {
        context = new EngineContext(
                config, tables, topics, admin, producer, new OutcomeFeed(config), new HeldMemory(config.heldBytes()));
    }

    /** Completes when it serves what there is. */
    public CompletableFuture<Void> ready() {
        return context.feed().ready();
    }

    /** Serves all triggers of the tables, which have been read. */
    public void begin() {
        context.tables().triggers().keySet().forEach(this::changed);
    }

    /** Something about a trigger changed. */
    public void changed(String key) {
        if (!context.tables().ready().isDone() || control.isShutdown()) {
            return;
        }
        control.execute(() -> follow(key));
    }

    @Override
    public void close() {
        control.shutdownNow();
        List<Thread> stops = workers.values().stream()
                .map(worker -> new Thread(worker::close, "berth-triggers-stop"))
                .toList();
        stops.forEach(Thread::start);
        try {
            for (Thread stop : stops) {
                stop.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.feed().close();
    }

    private void follow(String key) {
        Trigger trigger = context.tables().triggers().get(key);
        TriggerWorker worker = workers.get(key);
        if (trigger == null && worker != null) {
            log.info("Trigger ends key={}", key);
            workers.remove(key);
            worker.close();
            // The last process to leave succeeds; of the others' tries nothing comes.
            String uuid = key.substring(key.indexOf('/') + 1);
            context.admin().deleteConsumerGroups(List.of(context.group(uuid)));
        } else if (trigger != null && worker == null) {
            log.info("Trigger begins key={} function={} topics={}", key, trigger.getFunction(), trigger.getTopics());
            workers.put(key, new TriggerWorker(context, trigger));
        } else if (trigger != null) {
            worker.changed(trigger);
        }
    }
}
