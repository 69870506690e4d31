package dev.berth.telemetry.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes each span as a log line, for those who have no collector. */
final class LoggedSpans implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger("dev.berth.spans");

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        for (SpanData span : spans) {
            log.info(
                    "Span name={} trace={} span={} parent={} startUs={} us={} {}",
                    span.getName(),
                    span.getTraceId(),
                    span.getSpanId(),
                    span.getParentSpanId(),
                    span.getStartEpochNanos() / 1_000,
                    (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1_000,
                    span.getAttributes().asMap());
        }
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
