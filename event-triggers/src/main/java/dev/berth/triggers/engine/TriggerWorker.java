package dev.berth.triggers.engine;

import dev.berth.schemas.EventShape;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import dev.berth.triggers.core.Bottleneck;
import dev.berth.triggers.core.InvocationIds;
import dev.berth.triggers.core.RetryRule;
import dev.berth.triggers.core.TriggerCore;
import dev.berth.triggers.core.TriggerRules;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one trigger in this process, in a thread of its own. Each {@link Serving} is a consumer and a core that live until the
 * trigger's or its function's rules change or something breaks; the next one finds on the topics what the last one left.
 */
final class TriggerWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TriggerWorker.class);
    private static final long STOP_MS = 15_000;
    private static final long PAUSE_MS = 2_000;
    // As the schema of functions has them; of one that is not there nothing is invoked.
    private static final int USUAL_RETRIES = 2;
    private static final int USUAL_BACKOFF_MS = 1_000;
    private static final long USUAL_AGE_MS = 21_600_000;

    private final EngineContext context;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final StatusBoard board;
    private final Thread thread;
    private volatile Trigger trigger;
    private volatile boolean changed;

    TriggerWorker(EngineContext context, Trigger trigger) {
        this.context = context;
        this.trigger = trigger;
        this.board = new StatusBoard(context, trigger);
        this.thread = new Thread(this::run, "berth-trigger-" + trigger.getUuid());
        thread.setDaemon(true);
        thread.start();
    }

    /** The trigger is this from now on. */
    void changed(Trigger now) {
        trigger = now;
        changed = true;
    }

    boolean isClosed() {
        return closing.getCount() == 0;
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        String prefix = InvocationIds.prefix(trigger.getUuid());
        context.feed().register(prefix, inbox::add);
        try {
            while (!isClosed()) {
                Trigger now = trigger;
                try {
                    serve(now);
                } catch (IllegalArgumentException e) {
                    waitFor(now, e.getMessage() + " Change the trigger.");
                } catch (RuntimeException e) {
                    if (!isClosed()) {
                        log.warn("A trigger begins anew uuid={}", now.getUuid(), e);
                        waitFor(now, "It begins anew: " + e);
                    }
                }
            }
        } finally {
            context.feed().unregister(prefix);
            board.end();
        }
    }

    private void serve(Trigger now) {
        Optional<String> fault = fault(now);
        if (fault.isPresent()) {
            throw new IllegalArgumentException(fault.get());
        }
        if (!context.feed().ready().isDone()) {
            sleep(50);
            return;
        }
        inbox.clear();
        board.begin();
        TriggerRules rules = rules(now, function(now).orElse(null));
        try (Serving serving = new Serving(context, now, rules, inbox, board, this::isClosed)) {
            while (!isClosed() && isStillSo(now, rules)) {
                serving.step(
                        trigger.getState() == TriggerState.DISABLED,
                        function(now).orElse(null));
            }
        }
    }

    private Optional<String> fault(Trigger now) {
        String prefix = context.config().topics().prefix();
        if (now.getTopics().isEmpty()) {
            return Optional.of("It names no topic.");
        }
        return now.getTopics().stream()
                .filter(topic -> topic.startsWith(prefix))
                .findFirst()
                .map(topic -> "Topic " + topic + " is one of Berth's own, and no source of events.");
    }

    private Optional<FunctionSpec> function(Trigger now) {
        return context.tables().function(now.getTenant(), now.getFunction());
    }

    /** Whether another consumer or core would do no better. That it is paused needs none. */
    private boolean isStillSo(Trigger now, TriggerRules rules) {
        if (changed) {
            changed = false;
            Trigger latest = trigger;
            Trigger same = Trigger.newBuilder(latest)
                    .setState(now.getState())
                    .setModifiedMs(now.getModifiedMs())
                    .build();
            if (!same.equals(now)) {
                return false;
            }
        }
        Optional<FunctionSpec> spec = function(now);
        return spec.isEmpty() || rules(now, spec.get()).equals(rules);
    }

    private TriggerRules rules(Trigger now, FunctionSpec spec) {
        int maxRetries = spec == null ? USUAL_RETRIES : spec.getMaxRetries();
        long maxAgeMs = spec == null ? USUAL_AGE_MS : spec.getMaxEventAgeMs();
        int backoffMs = spec == null ? USUAL_BACKOFF_MS : spec.getRetryBackoffMs();
        boolean one = now.getShape() == EventShape.VALUE;
        return new TriggerRules(
                one ? 1 : now.getBatchSize(),
                now.getBatchBytes(),
                one ? 0 : now.getBatchWindowMs(),
                now.getMaxInFlight() == null ? Integer.MAX_VALUE : now.getMaxInFlight(),
                spec != null && spec.getOrdered(),
                now.getBisectOnError(),
                now.getReportItemFailures(),
                now.getOnSuccess() != null,
                new RetryRule(
                        now.getMaxRetries() == null ? maxRetries : now.getMaxRetries(),
                        now.getMaxAgeMs() == null ? maxAgeMs : now.getMaxAgeMs(),
                        backoffMs,
                        context.config().seed()));
    }

    private void waitFor(Trigger now, String error) {
        long nowMs = System.currentTimeMillis();
        boolean paused = now.getState() == TriggerState.DISABLED;
        Bottleneck bottleneck = paused ? Bottleneck.PAUSED : Bottleneck.ERROR;
        board.say(
                new StatusBoard.News(new TriggerCore.Counts(0, 0, 0, 0, 0), 0, bottleneck.word(), error),
                List::of,
                0,
                nowMs);
        sleep(PAUSE_MS);
    }

    private void sleep(long ms) {
        try {
            closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
