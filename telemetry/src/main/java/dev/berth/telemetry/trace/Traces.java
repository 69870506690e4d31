package dev.berth.telemetry.trace;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Timings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The traces of invocations.
 *
 * <pre>
 *  caller's span ─> request (gateway) ─> publish (gateway) ─> invoke F (router) ┬─ route
 *                                                                               ├─ receive
 *                                                                               ├─ wait
 *                                                                               ├─ run ─> whatever the function makes
 *                                                                               └─ reply
 * </pre>
 *
 * <p>Nothing is measured for them: all times are in the result of an invocation, and the spans are made of it when it has ended. So an
 * invocation that is not traced costs a look into its headers, and with traces off not even that. The function is told its run's span in
 * advance ({@link #toldTo}), which works because {@link SpanIds} follow from the invocation.
 *
 * <p>Thread-safe.
 */
public final class Traces implements AutoCloseable {
    private static final String PUBLISH = "publish";
    private static final String REQUEST = "request";
    private static final String INVOKE = "invoke";
    private static final String RUN = "run";

    private final TraceSettings settings;
    private final SpanWriter writer;

    private Traces(TraceSettings settings, SpanWriter writer) {
        this.settings = settings;
        this.writer = writer;
    }

    /** No spans. */
    public static Traces none() {
        return new Traces(TraceSettings.OFF, null);
    }

    /**
     * As the settings say.
     *
     * @param service what the spans are said to come from
     */
    public static Traces of(TraceSettings settings, String service) {
        return settings.isOn() ? new Traces(settings, SpanWriter.to(settings, service)) : none();
    }

    /** Whether spans are made. */
    public boolean isOn() {
        return writer != null;
    }

    /**
     * An invocation comes in at a gateway: from now on its headers say that it belongs to the gateway's publishing, unless it is not
     * traced.
     *
     * @return what the caller's trace was; empty if it is not traced
     */
    public Optional<Arrival> arrived(Invocation invocation) {
        if (!isOn()) {
            return Optional.empty();
        }
        Optional<TraceContext> given = TraceContext.of(invocation.getHeaders());
        String id = invocation.getId();
        if (given.isPresent() ? !given.get().sampled() : SpanIds.share(id) >= settings.share()) {
            return Optional.empty();
        }
        String trace = given.map(TraceContext::traceId).orElseGet(() -> SpanIds.trace(id));
        TraceContext request = new TraceContext(trace, SpanIds.span(id, REQUEST, 0), true);
        Map<String, String> headers = new HashMap<>(invocation.getHeaders());
        headers.put(
                TraceContext.TRACEPARENT,
                request.at(SpanIds.span(id, PUBLISH, 0)).traceparent());
        invocation.setHeaders(headers);
        return Optional.of(new Arrival(request, given.map(TraceContext::spanId).orElse(null)));
    }

    /**
     * An invocation on its way through a gateway.
     *
     * @param request the gateway's own span
     * @param parent of it; null if the trace begins here
     */
    public record Arrival(TraceContext request, String parent) {}

    /** The brokers have it. */
    public void published(Arrival arrival, Invocation invocation, long fromUs, long toUs) {
        writer.write(
                new SpanWriter.Made(
                        arrival.request().at(SpanIds.span(invocation.getId(), PUBLISH, 0)),
                        arrival.request().spanId(),
                        PUBLISH,
                        SpanKind.PRODUCER,
                        fromUs,
                        toUs),
                identity(invocation),
                null);
    }

    /** The gateway has answered its caller. */
    public void answered(Arrival arrival, Invocation invocation, int httpStatus, long fromUs, long toUs) {
        Attributes attributes = identity(invocation).toBuilder()
                .put("http.response.status_code", (long) httpStatus)
                .build();
        writer.write(
                new SpanWriter.Made(arrival.request(), arrival.parent(), REQUEST, SpanKind.SERVER, fromUs, toUs),
                attributes,
                httpStatus >= 500 ? "HTTP " + httpStatus : null);
    }

    /**
     * An invocation comes to its router: takes the context over from the record's own header if it has none itself, and begins a trace if
     * one is wanted. The same every time it comes.
     *
     * @param recordHeader the {@code traceparent} of its record; null for none
     */
    public void routed(Invocation invocation, String recordHeader) {
        Map<String, String> headers = invocation.getHeaders();
        if (TraceContext.of(headers).isPresent()) {
            return;
        }
        Optional<TraceContext> context = TraceContext.parse(recordHeader);
        if (context.isEmpty() && isOn() && SpanIds.share(invocation.getId()) < settings.share()) {
            String id = invocation.getId();
            context = Optional.of(new TraceContext(SpanIds.trace(id), SpanIds.span(id, INVOKE, 0), true));
        }
        context.ifPresent(found -> {
            Map<String, String> more = new HashMap<>(headers);
            more.put(TraceContext.TRACEPARENT, found.traceparent());
            invocation.setHeaders(more);
        });
    }

    /** An invocation as its instance is to see it: within the span of its run, if spans are made. Hot: else it is the same. */
    public Invocation toldTo(Invocation invocation, int attempt) {
        if (!isOn()) {
            return invocation;
        }
        Optional<TraceContext> context =
                TraceContext.of(invocation.getHeaders()).filter(TraceContext::sampled);
        if (context.isEmpty()) {
            return invocation;
        }
        Invocation told = new Invocation();
        for (int field = 0; field < Invocation.getClassSchema().getFields().size(); field++) {
            told.put(field, invocation.get(field));
        }
        Map<String, String> headers = new HashMap<>(invocation.getHeaders());
        headers.put(
                TraceContext.TRACEPARENT,
                context.get().at(SpanIds.span(invocation.getId(), RUN, attempt)).traceparent());
        headers.remove(TraceContext.XRAY);
        told.setHeaders(headers);
        return told;
    }

    /** An invocation has ended: all of its spans but the gateway's. */
    public void ended(Invocation invocation, Outcome outcome) {
        if (!isOn()) {
            return;
        }
        Optional<TraceContext> given = TraceContext.of(invocation.getHeaders()).filter(TraceContext::sampled);
        if (given.isEmpty()) {
            return;
        }
        String id = invocation.getId();
        Result last = outcome.getResult();
        Timings at = last.getTimings();
        TraceContext invoke = given.get().at(SpanIds.span(id, INVOKE, 0));
        // It named itself when its trace began here.
        String parent = given.get().spanId().equals(invoke.spanId())
                ? null
                : given.get().spanId();
        long fromUs = at.getPublishedUs() > 0 ? at.getPublishedUs() : outcome.getCompletedUs();
        writer.write(
                new SpanWriter.Made(
                        invoke,
                        parent,
                        INVOKE + " " + invocation.getFunction(),
                        SpanKind.CONSUMER,
                        fromUs,
                        outcome.getCompletedUs(),
                        past(outcome)),
                described(invocation, outcome),
                outcome.getStatus() == OutcomeStatus.SUCCEEDED ? null : error(last));
        Stages stages = new Stages(invoke, invocation, last.getAttempt());
        if (last.getAttempt() <= 1) {
            stages.stage("route", at.getPublishedUs(), at.getRoutedUs(), null);
        }
        stages.stage("receive", at.getRoutedUs(), at.getReceivedUs(), null);
        stages.stage("wait", at.getReceivedUs(), at.getStartedUs(), null);
        stages.stage(
                RUN,
                at.getStartedUs(),
                at.getEndedUs(),
                last.getStatus() == ResultStatus.SUCCEEDED ? null : error(last));
        stages.stage("reply", at.getEndedUs(), outcome.getCompletedUs(), null);
    }

    /** Sends what is not sent yet. */
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }

    private final class Stages {
        private final TraceContext invoke;
        private final Invocation invocation;
        private final int attempt;

        Stages(TraceContext invoke, Invocation invocation, int attempt) {
            this.invoke = invoke;
            this.invocation = invocation;
            this.attempt = attempt;
        }

        /** What was not reached has no span. */
        void stage(String name, long fromUs, long toUs, String error) {
            if (fromUs > 0 && toUs > 0) {
                writer.write(
                        new SpanWriter.Made(
                                invoke.at(SpanIds.span(invocation.getId(), name, attempt)),
                                invoke.spanId(),
                                name,
                                SpanKind.INTERNAL,
                                fromUs,
                                Math.max(fromUs, toUs)),
                        identity(invocation),
                        error);
            }
        }
    }

    /** Of attempts before the last only their ends are known. */
    private static List<SpanWriter.Event> past(Outcome outcome) {
        return outcome.getAttempts().stream()
                .filter(attempt -> attempt.getAttempt() < outcome.getResult().getAttempt())
                .map(attempt -> new SpanWriter.Event("attempt ended", attempt.getEndedUs(), described(attempt)))
                .toList();
    }

    private static Attributes described(AttemptSummary attempt) {
        return Attributes.builder()
                .put("berth.attempt", (long) attempt.getAttempt())
                .put("berth.status", word(attempt.getStatus()))
                .put("berth.instance", attempt.getInstanceId())
                .put("berth.container", attempt.getContainerId())
                .put("error.type", attempt.getErrorType())
                .build();
    }

    private static Attributes identity(Invocation invocation) {
        return Attributes.builder()
                .put("faas.invocation_id", invocation.getId())
                .put("faas.name", invocation.getFunction())
                .put("berth.tenant", invocation.getTenant())
                .build();
    }

    private static Attributes described(Invocation invocation, Outcome outcome) {
        Result last = outcome.getResult();
        return identity(invocation).toBuilder()
                .put("berth.key", last.getRoutingValue())
                .put("berth.origin", outcome.getOrigin())
                .put("berth.status", word(outcome.getStatus()))
                .put("berth.attempts", (long) outcome.getAttempts().size())
                .put("berth.reuse", last.getReuse() == null ? null : word(last.getReuse()))
                .put("berth.instance", last.getInstanceId())
                .put("berth.container", last.getContainerId())
                .put("faas.version", last.getFunctionVersion())
                .put(
                        "berth.init.ms",
                        TimeUnit.MICROSECONDS.toMillis(last.getTimings().getInitUs()))
                .build();
    }

    private static String error(Result result) {
        return result.getErrorType() == null ? word(result.getStatus()) : result.getErrorType();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
