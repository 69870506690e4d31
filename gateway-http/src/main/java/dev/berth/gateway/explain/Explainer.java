package dev.berth.gateway.explain;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.explain.core.Account;
import dev.berth.gateway.explain.core.AccountShapes;
import dev.berth.gateway.explain.core.Subject;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.kafka.TopicStretches;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Gathers what the topics tell of one invocation. Blocks: its callers are workers. */
final class Explainer {
    /** Clocks of publishers, routers and brokers differ by less. */
    private static final long SLACK_MS = 10_000;
    /** A stretch of the log that takes longer than this is not looked through to its end. */
    private static final long MOST_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long MOST_BYTES = 512L * 1024 * 1024;

    private final JobView jobs;
    private final DispatchLog dispatches;

    Explainer(JobView jobs, DispatchLog dispatches) {
        this.jobs = jobs;
        this.dispatches = dispatches;
    }

    private record Found(List<Dispatch> dispatches, boolean cut) {}

    /**
     * All that is known of an invocation, as JSON.
     *
     * @param sinceMs from when on the log is looked through if the views do not know it, epoch milliseconds
     * @throws dev.berth.gateway.core.ApiException if nothing is known of it, or it is another tenant's
     */
    Object explain(String tenant, String id, long sinceMs, long nowMs) {
        Optional<JobView.Job> job = jobs.find(id);
        if (job.isPresent() && !job.get().submission().tenant().equals(tenant)) {
            throw unknown(id, sinceMs, nowMs, false);
        }
        if (job.isEmpty()) {
            Found found = look(id, sinceMs, nowMs + 1);
            List<Dispatch> own = found.dispatches().stream()
                    .filter(each -> each.getInvocation().getTenant().equals(tenant))
                    .toList();
            if (own.isEmpty()) {
                throw unknown(id, sinceMs, nowMs, found.cut());
            }
            return AccountShapes.whole(Account.of(own, nowMs), found.cut());
        }
        var submission = job.get().submission();
        Optional<Outcome> outcome = job.get().outcome();
        long endMs = outcome.map(ended -> ended.getCompletedUs() / 1_000).orElse(nowMs) + SLACK_MS;
        Found found = look(id, submission.submittedMs() - SLACK_MS, endMs);
        Account account = new Account(
                id,
                tenant,
                new Subject(submission.function(), key(submission.routingValue(), found.dispatches())),
                submission.submittedMs(),
                submission.asynchronous(),
                found.dispatches(),
                outcome,
                nowMs);
        return AccountShapes.whole(account, found.cut());
    }

    /** The router may have derived the value by the function's rule, from a record that any client published. */
    private static String key(Optional<String> submitted, List<Dispatch> dispatches) {
        return submitted.orElseGet(() ->
                dispatches.isEmpty() ? null : dispatches.get(0).getInvocation().getRoutingValue());
    }

    private Found look(String id, long fromMs, long toMs) {
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        List<Dispatch> found = new ArrayList<>();
        long deadlineNs = System.nanoTime() + MOST_NS;
        try (TopicStretches.Reading reading = dispatches.read(fromMs, toMs)) {
            while (true) {
                Optional<List<ConsumerRecord<byte[], byte[]>>> rows = reading.next();
                if (rows.isEmpty()) {
                    return new Found(found, false);
                }
                for (ConsumerRecord<byte[], byte[]> row : rows.get()) {
                    if (Arrays.equals(key, row.key())) {
                        dispatches.decode(row).ifPresent(found::add);
                    }
                }
                if (reading.bytes() > MOST_BYTES || System.nanoTime() > deadlineNs) {
                    return new Found(found, true);
                }
            }
        }
    }

    private static RuntimeException unknown(String id, long sinceMs, long nowMs, boolean cut) {
        String shown = id.length() > 128 ? id.substring(0, 128) + "…" : id;
        String looked = cut
                ? "The decision log since then is too long to be looked through; give a later time."
                : "Was the id copied whole? Else look further back (since; --since on the command line).";
        return ApiError.notFound("No invocation " + shown + " is known here, and none was dispatched in the last "
                        + Math.max(1, (nowMs - sinceMs) / 60_000) + " minutes. " + looked)
                .exception();
    }
}
