package dev.berth.executor;

import dev.berth.executor.container.ContainerEnd;
import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.Ending;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Pool;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.executor.pool.PoolLimits;
import dev.berth.executor.pool.PoolLoad;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the pool: brings it events, in the order in which they came, and carries out its actions.
 *
 * <p>What is public here may be called from any thread and only enqueues; the rest runs on the loop.
 */
final class PoolLoop implements PoolAction.Visitor {
    private static final Logger log = LoggerFactory.getLogger(PoolLoop.class);
    private static final long TICK_MS = 20;
    private static final long REVISION_PATIENCE_MS = 5_000;
    private static final int MOST_AT_ONCE = 256;

    private final ExecutorConfig config;
    private final Pool pool;
    private final ResultWriter writer;
    private final StatusReporter status;
    private final BusyNews busyNews;
    private final InstanceMeters meters;
    private final Functions functions = new Functions();
    private final Map<AttemptId, InFlight> inFlight = new HashMap<>();
    private final ArrayDeque<InFlight> unresolved = new ArrayDeque<>();
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final Consumer<Throwable> whenBroken;

    private ContainerHost host;
    private long nowMs;
    private long lastTickMs;
    private boolean draining;
    private boolean stopped;
    private volatile PoolLoad load = new PoolLoad(0, 0, 0, 0, 0, 0);
    private volatile int unresolvedCount;

    PoolLoop(
            ExecutorConfig config,
            String containerIdPrefix,
            boolean canPause,
            ResultWriter writer,
            StatusReporter status,
            Consumer<Throwable> whenBroken) {
        this.config = config;
        this.pool = new Pool(
                canPause ? config.limits() : config.limits().pausingAfterMs(PoolLimits.NEVER),
                config.prewarm(),
                containerIdPrefix);
        this.writer = writer;
        this.busyNews = new BusyNews(writer);
        this.status = status;
        this.whenBroken = whenBroken;
        this.meters = new InstanceMeters(config, this::load, writer::backlog);
        this.thread = new Thread(this::loop, "berth-" + config.instanceId() + "-pool");
    }

    void start(ContainerHost containers) {
        host = containers;
        thread.start();
    }

    /** An order of the router: to run an attempt, or to end it. */
    public void dispatched(Dispatch dispatch, long receivedUs) {
        InFlight received = new InFlight(dispatch, receivedUs);
        inbox.add(dispatch.getCancel() ? () -> cancel(received) : () -> receive(received));
    }

    public void post(PoolEvent event) {
        inbox.add(() -> on(event));
    }

    /** A container is no more. */
    public void exited(String containerId, ContainerEnd end) {
        // Asked when its turn comes: an invocation may be on its way to the container while the news is on its way
        // here.
        inbox.add(() ->
                on(new PoolEvent.ContainerExited(containerId, host.notTaken(containerId), end.how(), end.errorType())));
    }

    /** A function is deployed so from now on. */
    public void deployed(FunctionSpec spec) {
        inbox.add(() -> {
            Set<Long> current = functions.put(spec);
            on(new PoolEvent.RevisionsChanged(spec.getTenant(), spec.getName(), current));
            resolve();
        });
    }

    public void deleted(String tenant, String function) {
        inbox.add(() -> {
            functions.remove(tenant, function);
            on(new PoolEvent.RevisionsChanged(tenant, function, Set.of()));
        });
    }

    /** Runs something that reads or changes what the loop owns. */
    public void execute(Runnable task) {
        inbox.add(task);
    }

    /** The fleet has given the instance up: its queue is others' now. */
    public void fence() {
        inbox.add(() -> {
            unresolved.forEach(waiting -> inFlight.remove(waiting.id));
            unresolved.clear();
            on(new PoolEvent.Fenced());
        });
    }

    public void drain() {
        inbox.add(() -> {
            draining = true;
            resolve();
            on(new PoolEvent.Drain());
        });
    }

    /** How busy the pool was a moment ago. */
    public PoolLoad load() {
        return load;
    }

    /** Whether more waits here than should be held in memory. */
    public boolean isOverfull() {
        return waiting() > config.pauseQueued() || load.queuedBytes() > config.pauseQueuedBytes();
    }

    /** Whether there is room again after {@link #isOverfull()}. */
    public boolean hasRoom() {
        return waiting() <= config.pauseQueued() / 2 && load.queuedBytes() <= config.pauseQueuedBytes() / 2;
    }

    /** Ends the loop after all that was enqueued before. */
    public void stop() {
        inbox.add(() -> stopped = true);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says how the instance is, whether or not it is time to. On the loop. */
    void sayNow() {
        status.tick(pool, nowMs);
    }

    private int waiting() {
        return load.queued() + unresolvedCount + inbox.size() + writer.backlog();
    }

    private void loop() {
        try {
            while (!stopped) {
                Runnable task = inbox.poll(untilNextBoundMs(), TimeUnit.MILLISECONDS);
                for (int i = 0; task != null && i < MOST_AT_ONCE; i++) {
                    task.run();
                    task = inbox.poll();
                }
                if (task != null) {
                    task.run();
                }
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log.error("The pool of instance={} broke; it takes no more work", config.instanceId(), e);
            whenBroken.accept(e);
        }
    }

    private void tick() {
        long now = System.currentTimeMillis();
        if (now - lastTickMs >= TICK_MS || now < lastTickMs) {
            lastTickMs = now;
            resolve();
            on(new PoolEvent.Tick());
            writer.catchUp();
            busyNews.sweep(running -> inFlight.get(running.id) == running, nowMs);
            status.tick(pool, nowMs);
            meters.tick(pool, nowMs);
        } else if (now >= pool.nextBoundMs()) {
            on(new PoolEvent.Tick());
        }
    }

    /** The router counts on hearing at once what could not start in time: that is not left to the tick. */
    private long untilNextBoundMs() {
        long boundMs = pool.nextBoundMs();
        return boundMs == Long.MAX_VALUE
                ? TICK_MS
                : Math.max(1, Math.min(TICK_MS, boundMs - System.currentTimeMillis()));
    }

    private void receive(InFlight received) {
        if (inFlight.putIfAbsent(received.id, received) != null) {
            log.debug(
                    "Came again while it is here, ignored invocation={} attempt={}",
                    received.id.invocationId(),
                    received.id.attempt());
            return;
        }
        Optional<FunctionVersion> version = functions.find(received.function());
        if (version.isPresent()) {
            on(new PoolEvent.Dispatched(JobForm.of(received, version.get(), functions)));
        } else {
            unresolved.add(received);
            resolve();
        }
    }

    /** Ends an attempt. If it is not here any more, or not yet, the order itself stands in for it: it says whose it is. */
    private void cancel(InFlight order) {
        InFlight here = inFlight.putIfAbsent(order.id, order);
        // The pool does not know of it yet, and will not.
        unresolved.remove(here);
        unresolvedCount = unresolved.size();
        on(new PoolEvent.CancelAsked(order.id));
    }

    /** Looks again for the revisions that dispatches wait for. */
    private void resolve() {
        for (int i = unresolved.size(); i > 0; i--) {
            InFlight waiting = unresolved.poll();
            FunctionKey function = waiting.function();
            Optional<FunctionVersion> version = functions.find(function);
            long waitedMs = System.currentTimeMillis() - Micros.toMillis(waiting.receivedUs);
            if (version.isPresent()) {
                on(new PoolEvent.Dispatched(JobForm.of(waiting, version.get(), functions)));
            } else if (draining || !functions.mayCome(function) || waitedMs >= REVISION_PATIENCE_MS) {
                bounceUnknown(waiting);
            } else {
                unresolved.add(waiting);
            }
        }
        unresolvedCount = unresolved.size();
    }

    private void bounceUnknown(InFlight waiting) {
        inFlight.remove(waiting.id);
        FunctionKey function = waiting.function();
        Ending ending = new Ending.Bounced(
                Ending.Why.UNABLE,
                "Instance " + config.instanceId() + " does not know revision "
                        + function.revision() + " of " + function.tenant() + "/" + function.function()
                        + ": it was replaced, deleted, or has not arrived on the functions topic.");
        PoolAction.Finish bounce = new PoolAction.Finish(null, null, null, false, ending);
        tell(waiting, bounce, null, pool.load());
    }

    /** Hot. */
    private void on(PoolEvent event) {
        nowMs = Math.max(nowMs, System.currentTimeMillis());
        // Asked now: an action of this event may give a container without code one, which is not ready with that yet.
        boolean withCode = event instanceof PoolEvent.ContainerReady ready && host.hasCode(ready.containerId());
        var actions = pool.on(event, nowMs);
        load = pool.load();
        for (PoolAction action : actions) {
            action.accept(this);
        }
        if (event instanceof PoolEvent.ContainerReady ready && withCode) {
            host.find(ready.containerId())
                    .filter(live -> !live.saidRemoved)
                    .ifPresent(live -> writer.containerEvent(live.id, live.function, ContainerEventType.READY, null));
        } else if (event instanceof PoolEvent.ContainerExited exited) {
            sayRemoved(exited.containerId(), exited.how());
            host.forget(exited.containerId());
        }
    }

    @Override
    public void start(PoolAction.Start action) {
        Optional<FunctionVersion> version = functions.find(action.function());
        writer.containerEvent(action.containerId(), action.function(), ContainerEventType.CREATED, null);
        if (version.isPresent()) {
            host.start(action.containerId(), action.function(), version.get());
        } else {
            host.startOfUnknown(action.containerId(), action.function());
        }
    }

    @Override
    public void prewarm(PoolAction.Prewarm action) {
        host.prewarm(action.containerId(), action.runtime(), action.memoryMb());
    }

    @Override
    public void specialise(PoolAction.Specialise action) {
        // Until now it was nobody's: this is what others know as its creation.
        writer.containerEvent(action.containerId(), action.function(), ContainerEventType.CREATED, null);
        host.specialise(action.containerId(), action.function(), functions.find(action.function()));
    }

    @Override
    public void run(PoolAction.Run action) {
        InFlight starting = inFlight.get(action.job().id());
        starting.path = action.path();
        starting.containerId = action.containerId();
        meters.began(starting.dispatch, action);
        host.run(action.containerId(), starting, action.waited());
        busyNews.began(starting, nowMs);
    }

    @Override
    public void pause(PoolAction.Pause action) {
        host.pause(action.containerId());
    }

    @Override
    public void unpause(PoolAction.Unpause action) {
        host.unpause(action.containerId());
    }

    @Override
    public void remove(PoolAction.Remove action) {
        log.debug("Removing container={} reason={}", action.containerId(), action.reason());
        // Not once it has gone: from now on nothing runs there, and the router does well to know.
        sayRemoved(action.containerId(), action.reason());
        host.remove(action.containerId());
    }

    @Override
    public void finish(PoolAction.Finish action) {
        InFlight ended = inFlight.remove(action.job().id());
        boolean reported = action.ending() instanceof Ending.Reported;
        String logTail = reported ? null : host.logTail(action.containerId(), ended.id);
        tell(ended, action, logTail, load);
    }

    @Override
    public void forget(PoolAction.Forget action) {
        inFlight.remove(action.job().id());
    }

    @Override
    public void suppress(PoolAction.Suppress action) {
        // Its router asks for it again, so it may have missed the result, in a crash. Silence would leave it waiting
        // for ever;
        // a result that is under way comes first, and this is ignored then.
        log.debug(
                "Came again after it had ended, bounced invocation={} attempt={}",
                action.job().id().invocationId(),
                action.job().id().attempt());
        InFlight again = inFlight.remove(action.job().id());
        Ending ending = new Ending.Bounced(
                Ending.Why.UNABLE,
                "Instance " + config.instanceId()
                        + " has had this attempt before, and has told its result. It did not run" + " again.");
        PoolAction.Finish bounce = new PoolAction.Finish(null, null, null, false, ending);
        tell(again, bounce, null, load);
    }

    @Override
    public void notHere(PoolAction.NotHere action) {
        InFlight ended = inFlight.remove(action.attempt());
        Ending ending = new Ending.Cancelled("It was cancelled, and does not run on instance " + config.instanceId()
                + ": it had ended there, or had not come.");
        PoolAction.Finish cancelled = new PoolAction.Finish(null, null, null, false, ending);
        tell(ended, cancelled, null, load);
    }

    /** Hot. */
    private void tell(InFlight ended, PoolAction.Finish how, String logTail, PoolLoad now) {
        Result result = ResultForm.of(config.instanceId(), ended, how, logTail, now);
        meters.ended(ended, result);
        writer.result(ended, result);
    }

    /** Once for each container, whatever ended it. */
    private void sayRemoved(String containerId, String reason) {
        host.find(containerId)
                .filter(live -> !live.saidRemoved && live.function != null)
                .ifPresent(live -> {
                    live.saidRemoved = true;
                    writer.containerEvent(containerId, live.function, ContainerEventType.REMOVED, reason);
                });
    }
}
