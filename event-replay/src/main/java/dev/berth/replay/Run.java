package dev.berth.replay;

import dev.berth.replay.core.Comparison;
import dev.berth.replay.core.Endings;
import dev.berth.replay.core.LeftOut;
import dev.berth.replay.core.Pace;
import dev.berth.replay.core.Window;
import dev.berth.replay.read.OriginalEndings;
import dev.berth.replay.read.OutcomeReader;
import dev.berth.replay.read.RangeReader;
import dev.berth.replay.source.Step;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayPosition;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay, from where it was to its end, on a thread of its own.
 *
 * <p>It begins by reading how the replay's invocations have ended until now. So it knows which of those behind the saved positions are
 * done, whoever published them, and publishes only the others; under the same ids as before, so that one that is still under way runs
 * once all the same.
 */
final class Run implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Run.class);
    private static final Duration WAIT = Duration.ofMillis(20);
    private static final long PAUSE_MS = 1_000;

    /** What is needed besides the replay itself. */
    interface Parts {
        Step.Source source(Replay replay, Run run);

        RangeReader rangeReader(Replay replay, Window window);

        OutcomeReader outcomeReader(Replay replay);

        /** Throws {@link RangeReader.RangeGone} if the topic is not the one that the replay was made of. */
        void requireSameTopic(Replay replay);

        Publishing publishing(Replay replay);
    }

    private final Replay replay;
    private final Parts parts;
    private final Publishing publishing;
    private final Progress progress;
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile ReplayStatus status;
    private volatile boolean over;

    /** @param last how far it was; null at the beginning */
    Run(Replay replay, ReplayStatus last, Parts parts) {
        this.replay = replay;
        this.parts = parts;
        this.publishing = parts.publishing(replay);
        this.status = last;
        this.progress = new Progress(
                replay, last == null || last.getStartedMs() == 0 ? System.currentTimeMillis() : last.getStartedMs());
    }

    /** Ends soon, as somebody wants it stopped. */
    void stop() {
        stopped = true;
        ending.countDown();
    }

    /** Ends soon, to be gone on with by another process. */
    void close() {
        ending.countDown();
    }

    /** Whether it goes on for now. */
    boolean goesOn() {
        return ending.getCount() > 0;
    }

    boolean isOver() {
        return over;
    }

    /** How far it is; null if it has not begun. */
    ReplayStatus status() {
        return status;
    }

    @Override
    public void run() {
        try {
            while (goesOn()) {
                Window window = window();
                try {
                    attempt(window);
                    break;
                } catch (RangeReader.RangeGone | OriginalEndings.TooMany e) {
                    log.warn("Replay failed id={}: {}", replay.getId(), e.getMessage());
                    tell(window, ReplayState.FAILED, e.getMessage());
                    return;
                } catch (KafkaException | IllegalStateException | SchemaRegistry.RegistryException e) {
                    log.warn("Replay waits and goes on id={}: {}", replay.getId(), e.toString());
                    tell(window, ReplayState.RUNNING, "It waits, and goes on by itself: " + e.getMessage());
                    ending.await(PAUSE_MS, TimeUnit.MILLISECONDS);
                }
            }
            if (stopped && (status == null || status.getState() != ReplayState.DONE)) {
                tell(window(), ReplayState.STOPPED, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("Replay broke off id={}", replay.getId(), e);
            tell(window(), ReplayState.FAILED, "It broke off: " + e + ". Resume it to try again.");
        } finally {
            over = true;
        }
    }

    /** As the last status has it. */
    private Window window() {
        ReplayStatus last = status;
        List<ReplayPosition> positions = last == null ? List.of() : last.getPositions();
        ReplayCounts finished = last == null ? Window.none() : last.getFinished();
        return new Window(replay.getRanges(), positions, finished);
    }

    private void attempt(Window window) {
        parts.requireSameTopic(replay);
        tell(window, ReplayState.PREPARING, null);
        try (OutcomeReader outcomes = parts.outcomeReader(replay);
                RangeReader records = parts.rangeReader(replay, window)) {
            records.expiredTo().forEach(window::expired);
            Step.Source source = parts.source(replay, this);
            Work work = new Work(window, outcomes);
            while (!outcomes.isCaughtUp() && goesOn()) {
                work.takeEndings(WAIT);
            }
            work.run(records, source);
            if (goesOn()) {
                tell(window, ReplayState.DONE, null);
                log.info("Replay done id={} counts={}", replay.getId(), window.counts());
            } else if (!stopped) {
                tell(window, ReplayState.RUNNING, null);
            }
        }
    }

    private void tell(Window window, ReplayState state, String error) {
        status = progress.status(window, state, error);
        try {
            publishing.status(status);
        } catch (KafkaException e) {
            // It is told again, or the next owner finds an older one, from which it comes to the same.
            log.warn("How far replay id={} is cannot be told now: {}", replay.getId(), e.toString());
        }
    }

    /** One attempt's state. */
    private final class Work {
        private final Window window;
        private final OutcomeReader outcomes;
        private final Pace pace = new Pace(replay.getRatePerSecond(), System.nanoTime());
        private final ArrayDeque<ConsumerRecord<byte[], byte[]>> rows = new ArrayDeque<>();
        /** What had ended before its record was read here: published by a predecessor. */
        private final Endings before = new Endings();

        private final Endings here = new Endings();

        Work(Window window, OutcomeReader outcomes) {
            this.window = window;
            this.outcomes = outcomes;
        }

        void run(RangeReader records, Step.Source source) {
            tell(window, ReplayState.RUNNING, null);
            while (goesOn()) {
                publishing.goOn();
                takeArrivals();
                boolean read = rows.isEmpty() && window.mayRead() && !records.isAtEnd();
                if (read) {
                    rows.addAll(records.poll(window.unfinished() == 0 ? WAIT : Duration.ZERO));
                }
                boolean moved = step(source);
                takeEndings(moved || (read && !rows.isEmpty()) ? Duration.ZERO : WAIT);
                if (progress.isDue()) {
                    tell(window, ReplayState.RUNNING, null);
                }
                if (rows.isEmpty() && window.unfinished() == 0 && records.isAtEnd() && publishing.isAcknowledged()) {
                    publishing.goOn();
                    replay.getRanges().forEach(range -> window.readTo(range.getPartition(), range.getToOffset()));
                    return;
                }
            }
        }

        void takeEndings(Duration atMost) {
            for (OutcomeReader.Found found : outcomes.poll(replay.getId(), atMost)) {
                String id = found.outcome().getInvocationId();
                boolean succeeded = Comparison.succeeded(found.outcome());
                if (window.isOpen(id)) {
                    window.ended(id, succeeded);
                    here.add(id, succeeded);
                } else {
                    before.add(id, succeeded);
                }
            }
        }

        private void takeArrivals() {
            for (Publishing.Arrival next = publishing.arrival(); next != null; next = publishing.arrival()) {
                window.arrived(next.letter(), next.taken());
            }
        }

        /** Does what may be done now; returns whether that was anything. */
        private boolean step(Step.Source source) {
            boolean moved = false;
            while (!rows.isEmpty()
                    && window.mayRead()
                    && window.unfinished() < replay.getMaxUnfinished()
                    && pace.room(System.nanoTime()) > 0) {
                ConsumerRecord<byte[], byte[]> row = rows.poll();
                carryOut(row, source.step(row));
                moved = true;
            }
            return moved;
        }

        private void carryOut(ConsumerRecord<byte[], byte[]> row, Step step) {
            if (step instanceof Step.Leave leave) {
                window.leftOut(row.partition(), row.offset(), leave.why());
            } else if (step instanceof Step.PutBack back) {
                if (back.letter().done()) {
                    window.putBack(row.partition(), row.offset());
                } else {
                    window.puttingBack(
                            row.partition(), row.offset(), back.letter().id());
                    publishing.putBack(back);
                    pace.went();
                }
            } else if (step instanceof Step.Invoke invoke) {
                invoke(row, invoke);
            }
        }

        private void invoke(ConsumerRecord<byte[], byte[]> row, Step.Invoke invoke) {
            String id = invoke.invocation().getId();
            if (window.isOpen(id) || here.succeeded(id).isPresent()) {
                window.leftOut(row.partition(), row.offset(), LeftOut.DUPLICATE);
                return;
            }
            window.published(row.partition(), row.offset(), id);
            Optional<Boolean> known = before.succeeded(id);
            if (known.isPresent()) {
                window.ended(id, known.get());
                here.add(id, known.get());
            } else {
                publishing.invoke(invoke);
                pace.went();
            }
        }
    }
}
