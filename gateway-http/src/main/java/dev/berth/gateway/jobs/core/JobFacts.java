package dev.berth.gateway.jobs.core;

import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.JobFlight;
import dev.berth.schemas.JobRecord;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one partition of the jobs view knows of an invocation. Each method answers with the record as it is from now on, or with nothing
 * if nothing changes: so a record that comes again changes nothing.
 *
 * <p>Of an invocation for which a caller waits nothing is kept until it ends, and then not its payload: the caller has it.
 */
public final class JobFacts {
    private final int partition;
    private final Function<Outcome, byte[]> encoder;

    /**
     * @param partition of the invocations topic
     * @param encoder the bytes of a record of the outcomes topic
     */
    public JobFacts(int partition, Function<Outcome, byte[]> encoder) {
        this.partition = partition;
        this.encoder = encoder;
    }

    /**
     * It was published.
     *
     * @param atMs the time of its record
     */
    public Optional<JobRecord> submitted(Optional<JobRecord> before, Invocation invocation, long atMs) {
        if (invocation.getReplyTo() != null
                || invocation.getExplainOnly()
                || before.filter(JobRecord::getSubmitted).isPresent()) {
            return Optional.empty();
        }
        JobRecord job = JobRecord.newBuilder()
                .setId(invocation.getId())
                .setPartition(partition)
                .setSubmitted(true)
                .setTenant(invocation.getTenant())
                .setFunction(invocation.getFunction())
                .setQualifier(invocation.getQualifier())
                .setRoutingValue(invocation.getRoutingValue())
                .setOrigin(invocation.getOrigin())
                .setAsynchronous(true)
                .setSubmittedMs(atMs)
                .setNotBeforeMs(invocation.getNotBeforeMs() == null ? 0 : invocation.getNotBeforeMs())
                .setPriority(invocation.getPriority())
                .setDeadlineMs(invocation.getDeadlineMs() == null ? 0 : invocation.getDeadlineMs())
                .setFingerprint(IdempotencyKey.fingerprintIfMade(invocation))
                .setFlight(before.map(JobRecord::getFlight).orElse(null))
                .setOutcome(before.map(JobRecord::getOutcome).orElse(null))
                .setChangedMs(atMs)
                .build();
        return Optional.of(job);
    }

    /**
     * Its router is this far with it.
     *
     * @param offset of the router's record: an earlier one than is known is old news
     */
    public Optional<JobRecord> inFlight(Optional<JobRecord> before, InFlightRecord router, long offset, long atMs) {
        // The router has read the invocation already; here it may be yet to come.
        Optional<JobRecord> known = before.isPresent()
                ? before
                : submitted(before, router.getInvocation(), router.getPublishedUs() / 1_000);
        if (known.isEmpty()
                || known.get().getOutcome() != null
                || (known.get().getFlight() != null && known.get().getFlight().getOffset() >= offset)) {
            return Optional.empty();
        }
        JobFlight flight = JobFlight.newBuilder()
                .setOffset(offset)
                .setAttempt(router.getAttempt())
                .setInstanceId(router.getInstanceId())
                .setContainerId(router.getContainerId())
                .setNotBeforeMs(router.getNotBeforeMs())
                .setPast(router.getPast())
                .setCancelled(router.getCancelled())
                .build();
        JobRecord job = JobRecord.newBuilder(known.get())
                .setFlight(flight)
                .setChangedMs(atMs)
                .build();
        return Optional.of(job);
    }

    /** It ended. */
    public Optional<JobRecord> ended(Optional<JobRecord> before, Outcome outcome, long atMs) {
        if (before.isPresent() && before.get().getOutcome() != null) {
            return Optional.empty();
        }
        JobRecord job = JobRecord.newBuilder(before.orElseGet(() -> unseen(outcome)))
                .setFlight(null)
                .setOutcome(ByteBuffer.wrap(encoder.apply(kept(outcome))))
                .setChangedMs(atMs)
                .build();
        return Optional.of(job);
    }

    private static Outcome kept(Outcome outcome) {
        outcome.setInvocation(null);
        if (outcome.getWaitedFor()) {
            outcome.getResult().setPayload(null);
        }
        return outcome;
    }

    /** An invocation for which a caller waited, or one that is yet to be read here; if it is, the rest will be known. */
    private JobRecord unseen(Outcome outcome) {
        Result result = outcome.getResult();
        return JobRecord.newBuilder()
                .setId(outcome.getInvocationId())
                .setPartition(partition)
                .setTenant(result.getTenant())
                .setFunction(result.getFunction())
                .setRoutingValue(result.getRoutingValue())
                .setOrigin(outcome.getOrigin())
                .setAsynchronous(!outcome.getWaitedFor())
                .setSubmittedMs(result.getTimings().getPublishedUs() / 1_000)
                .build();
    }
}
