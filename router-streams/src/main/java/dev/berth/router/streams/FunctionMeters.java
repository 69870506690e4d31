package dev.berth.router.streams;

import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.Timings;
import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What is counted and timed of one function's invocations. Thread-safe. Hot: once it has counted a thing, that allocates nothing. */
final class FunctionMeters {
    private static final OutcomeStatus[] STATUSES = OutcomeStatus.values();
    private static final Reuse[] REUSES = Reuse.values();

    private final Telemetry telemetry;
    private final String tenant;
    private final String function;
    /** By status and reuse, made when the first such invocation ends: most of them never do. */
    private final AtomicReferenceArray<Counter> ended =
            new AtomicReferenceArray<>(STATUSES.length * (REUSES.length + 1));

    private final Timer publishToStart;
    private final Timer route;
    private final Timer receive;
    private final Timer wait;
    private final Timer run;
    private final Timer reply;

    FunctionMeters(Telemetry telemetry, String tenant, String function) {
        this.telemetry = telemetry;
        this.tenant = tenant;
        this.function = function;
        this.publishToStart = telemetry.timer(Metric.PUBLISH_TO_START, tenant, function);
        this.route = stage("route");
        this.receive = stage("receive");
        this.wait = stage("wait");
        this.run = stage("run");
        this.reply = stage("reply");
    }

    /** An attempt is over; what it did not reach is not timed. */
    void attemptEnded(Result result, long nowUs) {
        Timings at = result.getTimings();
        if (result.getAttempt() == 1) {
            record(route, at.getPublishedUs(), at.getRoutedUs());
        }
        record(receive, at.getRoutedUs(), at.getReceivedUs());
        record(wait, at.getReceivedUs(), at.getStartedUs());
        if (at.getStartedUs() > 0) {
            record(run, at.getStartedUs(), at.getEndedUs());
        }
        record(reply, at.getEndedUs(), nowUs);
    }

    /** It is over for good. */
    @SuppressWarnings("EnumOrdinal") // A place in a table that lives as long as this process.
    void ended(OutcomeStatus status, Result last) {
        Reuse reuse = last.getReuse();
        int index = status.ordinal() * (REUSES.length + 1) + (reuse == null ? REUSES.length : reuse.ordinal());
        Counter counter = ended.get(index);
        if (counter == null) {
            counter = telemetry.counter(
                    Metric.INVOCATIONS, tenant, function, word(status), reuse == null ? "none" : word(reuse));
            ended.set(index, counter);
        }
        counter.increment();
        Timings at = last.getTimings();
        record(publishToStart, at.getPublishedUs(), at.getStartedUs());
    }

    /** It is tried again. Rare. */
    void retried(String cause) {
        telemetry.counter(Metric.RETRIES, tenant, function, cause).increment();
    }

    /** The router refuses it. Rare. */
    void rejected(String errorType) {
        telemetry.counter(Metric.REJECTIONS, tenant, function, errorType).increment();
    }

    /** Clocks of two machines may make a time negative. */
    private static void record(Timer timer, long fromUs, long toUs) {
        if (fromUs > 0 && toUs > 0) {
            timer.record(Math.max(0, toUs - fromUs), TimeUnit.MICROSECONDS);
        }
    }

    private Timer stage(String name) {
        return telemetry.timer(Metric.STAGE, tenant, function, name);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
