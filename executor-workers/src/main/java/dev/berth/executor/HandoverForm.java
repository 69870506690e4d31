package dev.berth.executor;

import dev.berth.executor.runtimeapi.Handover;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import dev.berth.telemetry.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** How an invocation looks to the code that runs it. */
final class HandoverForm {
    private static final String CLIENT_CONTEXT_HEADER = "x-amz-client-context";
    private static final int LONGEST_PLAIN_ID = 128;

    private HandoverForm() {}

    static Handover of(InFlight inFlight, FunctionVersion version, long nowMs) {
        Invocation invocation = inFlight.dispatch.getInvocation();
        return new Handover(
                inFlight,
                requestId(invocation.getId()),
                nowMs + version.getTimeoutMs(),
                "arn:aws:lambda:us-east-1:" + invocation.getTenant() + ":function:" + invocation.getFunction()
                        + (version.getVersion().startsWith("$") ? "" : ":" + version.getVersion()),
                trace(invocation.getHeaders()),
                ReplayForm.clientContext(
                        invocation, clientContext(header(invocation.getHeaders(), CLIENT_CONTEXT_HEADER))),
                invocation.getRoutingValue(),
                invocation.getReplayOf(),
                ReplayForm.isToSuppressSideEffects(invocation),
                invocation.getPayload());
    }

    /**
     * The id by which the code knows an invocation: its own, unless that cannot stand in a URL or a header, since any client
     * may choose it; then one made from it.
     */
    static String requestId(String invocationId) {
        boolean plain = !invocationId.isEmpty() && invocationId.length() <= LONGEST_PLAIN_ID;
        for (int i = 0; i < invocationId.length() && plain; i++) {
            char c = invocationId.charAt(i);
            plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_.:".indexOf(c) >= 0;
        }
        return plain
                ? invocationId
                : UUID.nameUUIDFromBytes(invocationId.getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    private static String header(Map<String, String> headers, String name) {
        if (headers.isEmpty()) {
            return null;
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    /** As Lambda's runtimes want it: X-Ray's form of the traceparent; else what the caller gave in that form. */
    private static String trace(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        return TraceContext.parse(header(headers, TraceContext.TRACEPARENT))
                .map(TraceContext::xray)
                .orElseGet(() -> header(headers, TraceContext.XRAY));
    }

    /** Lambda's callers send it in base64; its code gets JSON. */
    private static String clientContext(String header) {
        if (header == null || header.startsWith("{")) {
            return header;
        }
        try {
            return new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
