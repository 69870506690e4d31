package dev.berth.telemetry.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes spans that are over, under ids that are given. Thread-safe; never blocks: what cannot be sent in time is dropped. */
final class SpanWriter implements AutoCloseable {
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int MOST_HELD = 8_192;
    private static final long CLOSE_SECONDS = 5;

    /**
     * A span.
     *
     * @param at itself
     * @param parent null for the first of its trace
     */
    record Made(
            TraceContext at, String parent, String name, SpanKind kind, long fromUs, long toUs, List<Event> events) {
        Made(TraceContext at, String parent, String name, SpanKind kind, long fromUs, long toUs) {
            this(at, parent, name, kind, fromUs, toUs, List.of());
        }
    }

    /** Something that happened within a span. */
    record Event(String name, long atUs, Attributes attributes) {}

    /** The SDK asks for ids while a span is started; these were decided before, on the same thread. */
    private static final class GivenIds implements IdGenerator {
        private static final ThreadLocal<TraceContext> NEXT = new ThreadLocal<>();

        @Override
        public String generateSpanId() {
            return NEXT.get().spanId();
        }

        @Override
        public String generateTraceId() {
            return NEXT.get().traceId();
        }
    }

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private SpanWriter(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("dev.berth");
    }

    static SpanWriter to(TraceSettings settings, String service) {
        SpanExporter exporter = settings.target().equals(TraceSettings.LOG)
                ? new LoggedSpans()
                : OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint())
                        .build();
        return new SpanWriter(SdkTracerProvider.builder()
                .setIdGenerator(new GivenIds())
                // Whether an invocation is traced was decided with its headers.
                .setSampler(Sampler.alwaysOn())
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", service)
                                .build())))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(EACH)
                        .setMaxQueueSize(MOST_HELD)
                        .build())
                .build());
    }

    /** @param error what went wrong; null if nothing did */
    void write(Made made, Attributes attributes, String error) {
        Context parent = Context.root();
        if (made.parent() != null) {
            SpanContext remote = SpanContext.createFromRemoteParent(
                    made.at().traceId(), made.parent(), TraceFlags.getSampled(), TraceState.getDefault());
            parent = parent.with(Span.wrap(remote));
        }
        GivenIds.NEXT.set(made.at());
        SpanBuilder builder = tracer.spanBuilder(made.name())
                .setParent(parent)
                .setSpanKind(made.kind())
                .setAllAttributes(attributes)
                .setStartTimestamp(made.fromUs(), TimeUnit.MICROSECONDS);
        Span span = builder.startSpan();
        for (Event event : made.events()) {
            span.addEvent(event.name(), event.attributes(), event.atUs(), TimeUnit.MICROSECONDS);
        }
        if (error != null) {
            span.setStatus(StatusCode.ERROR, error);
        }
        span.end(Math.max(made.fromUs(), made.toUs()), TimeUnit.MICROSECONDS);
    }

    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
