package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.router.core.Decision;
import dev.berth.router.core.Foresight;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterCore;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.RouterLimits;
import dev.berth.router.pause.PauseGuard;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import dev.berth.schemas.routing.Partitions;
import dev.berth.schemas.routing.RoutingValues;
import dev.berth.telemetry.trace.TraceContext;
import dev.berth.telemetry.trace.Traces;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One router task: turns records of its partition of invocations, results and commands into events of its {@link RouterCore}, and the
 * core's actions into records. Runs on a stream thread; owns its core and its stores.
 *
 * <p>Every effect may happen twice (the processing is at-least-once) and does no harm then: a dispatch is known by
 * (invocation id, attempt), an outcome by the task's own partition of the outcomes topic.
 */
final class RouterProcessor implements Processor<byte[], byte[], byte[], Outbound> {
    private static final Logger log = LoggerFactory.getLogger(RouterProcessor.class);
    /** The record was moved to the partition where its key belongs. */
    private static final String MOVED = "berth-moved";
    /** How many partitions have been asked for the invocation that this one names. */
    private static final String ASKED = "berth-asked";

    private static final Duration TICK = Duration.ofMillis(20);
    private static final int MAX_ID_CHARS = 128;

    private final TopicCatalogue topics;
    private final RouterCodecs codecs;
    private final SharedTables tables;
    private final OutcomeTail outcomeTail;
    private final OutcomeAcks outcomeAcks;
    private final RouterLimits limits;
    private final RouterMeters meters;
    private final PauseGuard guard;
    private final Traces traces;
    private final String invocationsTopic;
    private final String commandsTopic;

    private ProcessorContext<byte[], Outbound> context;
    private RouterCore core;
    private RouterStores stores;
    private int partition;
    private long seenChange;
    private boolean restored;
    private int pausesBefore;

    RouterProcessor(
            TopicCatalogue topics,
            RouterCodecs codecs,
            SharedTables tables,
            OutcomeTail outcomeTail,
            OutcomeAcks outcomeAcks,
            RouterLimits limits,
            RouterMeters meters,
            PauseGuard guard) {
        this.guard = guard;
        this.topics = topics;
        this.codecs = codecs;
        this.tables = tables;
        this.outcomeTail = outcomeTail;
        this.outcomeAcks = outcomeAcks;
        this.limits = limits;
        this.meters = meters;
        this.traces = meters.traces();
        this.invocationsTopic = topics.invocations().name();
        this.commandsTopic = topics.commands().name();
    }

    @Override
    public void init(ProcessorContext<byte[], Outbound> processorContext) {
        context = processorContext;
        pausesBefore = guard.pauses();
        partition = context.taskId().partition();
        core = new RouterCore(limits);
        stores = new RouterStores(context, codecs.stores());
        stores.restoreInto(core);
        outcomeTail
                .read(partition)
                .forEach((id, ended) ->
                        core.restoreDone(id, ended.endedMs(), ended.tenant(), ended.function(), ended.containerId()));
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            guard.requireNoneSince(pausesBefore);
            outcomeAcks.take(partition).forEach(stores::forget);
            catchUp(nowMs);
            perform(core.on(new RouterEvent.Tick(), nowMs), Source.NONE, nowMs);
            meters.task(partition, core);
        });
        log.info("Router task started partition={} inFlight={}", partition, core.inFlight());
    }

    @Override
    public void close() {
        meters.taskClosed(partition);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        guard.requireNoneSince(pausesBefore);
        long nowMs = context.currentSystemTimeMs();
        catchUp(nowMs);
        RecordMetadata source = context.recordMetadata().orElseThrow();
        try {
            if (source.topic().equals(invocationsTopic)) {
                invocation(record, source, nowMs);
            } else if (source.topic().equals(commandsTopic)) {
                CancelRecords.event(codecs.command().decode(record.value()))
                        .ifPresent(event -> perform(core.on(event, nowMs), Source.NONE, nowMs));
            } else {
                Result result = codecs.result().decode(record.value());
                meters.attemptEnded(result, isKnown(result.getTenant(), result.getFunction()), Micros.now());
                perform(core.on(Records.resultArrived(result), nowMs), Source.of(result), nowMs);
            }
        } catch (UndecodableException e) {
            deadLetter(record, source, e.reason().word(), e.getMessage());
        }
    }

    /** Tells the core what changed in the tables since it was last told. Hot: does nothing most of the time. */
    private void catchUp(long nowMs) {
        long newest = tables.lastNumber();
        if (newest != seenChange || !restored) {
            List<RouterEvent> changes = tables.since(seenChange);
            seenChange = newest;
            for (RouterEvent change : changes) {
                perform(core.on(change, nowMs), Source.NONE, nowMs);
            }
        }
        if (!restored) {
            restored = true;
            perform(core.restored(nowMs), Source.NONE, nowMs);
        }
    }

    private void invocation(Record<byte[], byte[]> record, RecordMetadata source, long nowMs)
            throws UndecodableException {
        Invocation invocation = codecs.invocation().decode(record.value());
        String id = invocation.getId();
        if (id.isEmpty() || id.length() > MAX_ID_CHARS) {
            deadLetter(record, source, "invalid", "An invocation needs an id of 1 to " + MAX_ID_CHARS + " characters.");
            return;
        }
        Header trace = record.headers().lastHeader(TraceContext.TRACEPARENT);
        traces.routed(invocation, trace == null ? null : new String(trace.value(), UTF_8));
        boolean moved = record.headers().lastHeader(MOVED) != null;
        if (!moved && isElsewhere(invocation, record)) {
            return;
        }
        long publishedUs = Micros.ofMillis(record.timestamp());
        Request request = Records.request(invocation, record.timestamp());
        if (invocation.getExplainOnly()) {
            explain(invocation, publishedUs, core.explain(request, nowMs), nowMs);
            return;
        }
        // Back where it belongs, where it is known should it come twice: only here it is refused.
        boolean askedAll = asked(record) >= topics.partitions();
        perform(
                core.on(new RouterEvent.InvocationArrived(request, source.offset(), askedAll), nowMs),
                new Source(invocation, publishedUs, null, record),
                nowMs);
    }

    /**
     * All invocations of a routing key must meet in one task, whatever key or partitioner the publisher used (librdkafka's
     * default is not Java's), and whether it gave the routing value or the function's rule finds it. One hop more, for those
     * that need it.
     */
    private boolean isElsewhere(Invocation invocation, Record<byte[], byte[]> record) {
        FunctionSpec spec = tables.spec(invocation.getTenant(), invocation.getFunction());
        boolean derived = false;
        if (invocation.getRoutingValue() == null && spec != null) {
            Optional<String> value = RoutingValues.derive(spec.getRouting(), invocation, record.key());
            value.ifPresent(invocation::setRoutingValue);
            derived = value.isPresent();
        }
        boolean limited = spec != null && spec.getReservedConcurrency() != null;
        int home = Partitions.of(invocation, limited, topics.partitions());
        if (home == partition || asked(record) > 0) {
            return false;
        }
        byte[] value = derived ? codecs.invocation().encode(invocation) : record.value();
        forward(record, Partitions.keyText(invocation), home, value, MOVED, new byte[] {1});
        return true;
    }

    private static int asked(Record<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(ASKED);
        return header == null || header.value().length == 0 ? 0 : header.value()[0] & 0xff;
    }

    private void forward(Record<byte[], byte[]> record, String key, int to, byte[] value, String header, byte[] mark) {
        var headers = new RecordHeaders(record.headers()).remove(header).add(header, mark);
        context.forward(
                new Record<>(key.getBytes(UTF_8), new Outbound(to, value), record.timestamp(), headers),
                RouterTopology.MOVE_SINK);
    }

    /** Answers what would become of an invocation; nothing is run, nothing remembered. */
    private void explain(Invocation invocation, long publishedUs, Foresight foresight, long nowMs) {
        reply(invocation, Records.foresight(invocation, publishedUs, foresight, Micros.now()), nowMs);
    }

    /** Tells whoever waits, if anybody does. */
    private void reply(Invocation invocation, Result result, long nowMs) {
        Integer replyTo = invocation.getReplyTo();
        if (replyTo != null && replyTo >= 0 && replyTo < topics.replies().partitions()) {
            forward(invocation.getId(), replyTo, codecs.result().encode(result), nowMs, RouterTopology.REPLY_SINK);
        }
    }

    private void deadLetter(Record<byte[], byte[]> record, RecordMetadata source, String reason, String message) {
        meters.deadLetter("record");
        log.warn(
                "Dead letter reason={} topic={} partition={} offset={}: {}",
                reason,
                source.topic(),
                source.partition(),
                source.offset(),
                message);
        byte[] letter = codecs.deadLetters().of(record, source, reason, message);
        context.forward(
                new Record<>(
                        codecs.deadLetters().keyOf(record), new Outbound(0, letter), context.currentSystemTimeMs()),
                RouterTopology.DEAD_LETTER_SINK);
    }

    /** What the actions of one event may refer to, so that it need not be read back from the store. */
    private record Source(Invocation invocation, long publishedUs, Result result, Record<byte[], byte[]> record) {
        static final Source NONE = new Source(null, 0, null, null);

        static Source of(Invocation invocation, long publishedUs) {
            return new Source(invocation, publishedUs, null, null);
        }

        static Source of(Result result) {
            return new Source(null, 0, result, null);
        }

        boolean isOf(String invocationId) {
            return invocation != null && invocation.getId().equals(invocationId);
        }
    }

    private void perform(List<RouterAction> actions, Source source, long nowMs) {
        if (actions.isEmpty()) {
            return;
        }
        RouterAction.Visitor performer = new Performer(source, nowMs);
        for (RouterAction action : actions) {
            action.accept(performer);
        }
    }

    /** Carries out what one event led to. */
    private final class Performer implements RouterAction.Visitor {
        private final Source source;
        private final long nowMs;

        Performer(Source source, long nowMs) {
            this.source = source;
            this.nowMs = nowMs;
        }

        @Override
        public void dispatch(RouterAction.Dispatch action) {
            RouterProcessor.this.dispatch(action, source, nowMs);
        }

        @Override
        public void resend(RouterAction.Resend action) {
            RouterProcessor.this.resend(action, nowMs);
        }

        @Override
        public void hold(RouterAction.Hold action) {
            Source known = known(action.flight().request().id(), source);
            stores.save(known.invocation(), known.publishedUs(), action.flight());
        }

        @Override
        public void complete(RouterAction.Complete action) {
            Source known = known(action.flight().request().id(), source);
            Result result = source.result();
            boolean lost = action.deadLetter() && Records.isRoutersToBury(known.invocation());
            if (lost) {
                String message = result.getErrorMessage() == null ? "" : result.getErrorMessage();
                meters.deadLetter("failed");
                deadLetter(known, action.flight(), result.getErrorType(), message, nowMs);
            }
            outcome(known.invocation(), action.flight(), result, lost, nowMs);
        }

        @Override
        public void reject(RouterAction.Reject action) {
            RouterProcessor.this.reject(action, source, nowMs);
        }

        @Override
        public void endAttempt(RouterAction.EndAttempt action) {
            RouterProcessor.this.endAttempt(action.flight(), nowMs);
        }

        @Override
        public void cancelled(RouterAction.Cancelled action) {
            InFlight flight = action.flight();
            Source known = known(flight.request().id(), source);
            Result result = CancelRecords.result(
                    known.invocation(), known.publishedUs(), flight, action.message(), Micros.now());
            reply(known.invocation(), result, nowMs);
            outcome(known.invocation(), flight, result, false, nowMs);
        }

        @Override
        public void forget(RouterAction.Forget action) {
            stores.forget(action.invocationId());
        }

        @Override
        public void savePin(RouterAction.SavePin action) {
            stores.save(action);
        }

        @Override
        public void askNext(RouterAction.AskNext action) {
            int asked = asked(source.record()) + 1;
            String key = Partitions.keyText(source.invocation());
            int next = (partition + 1) % topics.partitions();
            forward(source.record(), key, next, source.record().value(), ASKED, new byte[] {(byte) asked});
        }
    }

    private void dispatch(RouterAction.Dispatch dispatch, Source source, long nowMs) {
        Request request = dispatch.flight().request();
        meters.dispatched(
                dispatch.flight(), dispatch.decision().reason(), isKnown(request.tenant(), request.function()));
        Source known = known(request.id(), source);
        send(dispatch.flight(), dispatch.decision(), dispatch.order(), known, nowMs);
        stores.save(known.invocation(), known.publishedUs(), dispatch.flight());
    }

    /** As it was saved, not as it came again: a publisher may have used the id for something else. */
    private void resend(RouterAction.Resend resend, long nowMs) {
        InFlight flight = resend.flight();
        Decision again = Decision.without(Decision.RESENT, flight.sent().instanceId());
        RouterAction.Order order = new RouterAction.Order(0, false, true, null, null);
        send(flight, again, order, known(flight.request().id(), Source.NONE), nowMs);
    }

    private void endAttempt(InFlight flight, long nowMs) {
        Source known = known(flight.request().id(), Source.NONE);
        byte[] value = codecs.dispatch()
                .encode(CancelRecords.order(known.invocation(), known.publishedUs(), flight, partition, Micros.now()));
        forward(flight.request().id(), flight.sent().slot(), value, nowMs, RouterTopology.DISPATCH_SINK);
        stores.save(known.invocation(), known.publishedUs(), flight);
    }

    private void send(InFlight flight, Decision decision, RouterAction.Order order, Source known, long nowMs) {
        byte[] value = codecs.dispatch()
                .encode(Records.dispatch(
                        traces.toldTo(known.invocation(), flight.attempt()),
                        known.publishedUs(),
                        flight,
                        decision,
                        order,
                        partition,
                        Micros.now()));
        forward(flight.request().id(), flight.sent().slot(), value, nowMs, RouterTopology.DISPATCH_SINK);
    }

    private void reject(RouterAction.Reject reject, Source source, long nowMs) {
        Source known = known(reject.flight().request().id(), source);
        long nowUs = Micros.now();
        Result result =
                Records.rejection(known.invocation(), known.publishedUs(), reject.flight(), reject.rejection(), nowUs);
        reply(known.invocation(), result, nowMs);
        Request request = reject.flight().request();
        meters.rejected(reject.flight(), reject.rejection().errorType(), isKnown(request.tenant(), request.function()));
        if (Records.isRoutersToBury(known.invocation())) {
            meters.deadLetter("rejected");
            deadLetter(
                    known,
                    reject.flight(),
                    reject.rejection().errorType(),
                    reject.rejection().message(),
                    nowMs);
        }
        outcome(known.invocation(), reject.flight(), result, false, nowMs);
    }

    /** What an invocation that nobody waits for was, and why it came to nothing. */
    private void deadLetter(Source known, InFlight flight, String reason, String message, long nowMs) {
        byte[] key = Partitions.keyText(known.invocation()).getBytes(UTF_8);
        byte[] letter = codecs.deadLetters()
                .of(
                        known.invocation(),
                        codecs.invocation().encode(known.invocation()),
                        key,
                        new DeadLetters.Source(
                                invocationsTopic, partition, flight.sequence(), Micros.toMillis(known.publishedUs())),
                        flight.attempt(),
                        reason == null ? "failed" : reason,
                        message);
        context.forward(new Record<>(key, new Outbound(0, letter), nowMs), RouterTopology.DEAD_LETTER_SINK);
    }

    /** It is forgotten once this is safe, see {@link OutcomeAcks}. */
    private void outcome(Invocation invocation, InFlight flight, Result result, boolean deadLettered, long nowMs) {
        FunctionSpec spec = tables.spec(invocation.getTenant(), invocation.getFunction());
        Destinations destinations = spec == null ? null : spec.getDestinations();
        Outcome outcome = Records.outcome(invocation, flight, result, deadLettered, destinations, Micros.now());
        meters.ended(outcome, spec != null);
        traces.ended(invocation, outcome);
        String id = outcome.getInvocationId();
        var headers = new RecordHeaders()
                .add(OutcomeAcks.ID, id.getBytes(UTF_8))
                .add(OutcomeTail.TENANT, result.getTenant().getBytes(UTF_8))
                .add(OutcomeTail.FUNCTION, result.getFunction().getBytes(UTF_8));
        if (result.getContainerId() != null) {
            headers.add(OutcomeTail.CONTAINER, result.getContainerId().getBytes(UTF_8));
        }
        String trace = invocation.getHeaders().get(TraceContext.TRACEPARENT);
        if (trace != null) {
            headers.add(TraceContext.TRACEPARENT, trace.getBytes(UTF_8));
        }
        byte[] value = codecs.outcome().encode(outcome);
        context.forward(
                new Record<>(id.getBytes(UTF_8), new Outbound(partition, value), nowMs, headers),
                RouterTopology.OUTCOME_SINK);
    }

    private void forward(String key, int toPartition, byte[] value, long nowMs, String sink) {
        context.forward(new Record<>(key.getBytes(UTF_8), new Outbound(toPartition, value), nowMs), sink);
    }

    private boolean isKnown(String tenant, String function) {
        return tables.spec(tenant, function) != null;
    }

    /** The invocation of an action: the one that just arrived, or the one that was saved. */
    private Source known(String invocationId, Source source) {
        if (source.isOf(invocationId)) {
            return source;
        }
        RouterStores.Saved saved = stores.load(invocationId);
        return Source.of(saved.invocation(), saved.publishedUs());
    }
}
