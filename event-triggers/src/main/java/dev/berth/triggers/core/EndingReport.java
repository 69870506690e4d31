package dev.berth.triggers.core;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a destination is told of an ending: the JSON record that Lambda sends to the destinations of asynchronous invocations
 * ("Capturing records of asynchronous invocations", version 1.0). Where it would be too large, payloads are left out, the request's
 * first, and {@code omitted} names them.
 */
public final class EndingReport {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int THROTTLED = 429;

    private EndingReport() {}

    /**
     * The record of an ending.
     *
     * @param outcome how it ended
     * @param request the payload of the invocation
     * @param qualifier under which the function was asked for; null for $LATEST
     * @param mostBytes how large it may be
     */
    public static byte[] of(Outcome outcome, byte[] request, String qualifier, int mostBytes) {
        byte[] whole = write(outcome, request, qualifier, List.of());
        if (whole.length <= mostBytes) {
            return whole;
        }
        byte[] withoutRequest = write(outcome, request, qualifier, List.of("requestPayload"));
        return withoutRequest.length <= mostBytes
                ? withoutRequest
                : write(outcome, request, qualifier, List.of("requestPayload", "responsePayload"));
    }

    /** The same of an invocation whose outcome holds its request. */
    public static byte[] of(Outcome outcome, int mostBytes) {
        return of(
                outcome,
                bytes(outcome.getInvocation().getPayload()),
                outcome.getInvocation().getQualifier(),
                mostBytes);
    }

    private static byte[] write(Outcome outcome, byte[] request, String qualifier, List<String> omitted) {
        Result result = outcome.getResult();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JsonText.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("version", "1.0");
            out.writeStringField(
                    "timestamp", TIME.format(Instant.ofEpochMilli(Micros.toMillis(outcome.getCompletedUs()))));
            out.writeObjectFieldStart("requestContext");
            out.writeStringField("requestId", outcome.getInvocationId());
            out.writeStringField(
                    "functionArn", ARN + result.getFunction() + ':' + (qualifier == null ? "$LATEST" : qualifier));
            out.writeStringField("condition", condition(outcome));
            out.writeNumberField("approximateInvokeCount", attempts(outcome));
            out.writeEndObject();
            if (!omitted.contains("requestPayload")) {
                out.writeFieldName("requestPayload");
                JsonText.write(out, request);
            }
            out.writeObjectFieldStart("responseContext");
            out.writeNumberField("statusCode", status(result));
            out.writeStringField("executedVersion", version(result));
            if (outcome.getStatus() != OutcomeStatus.SUCCEEDED) {
                out.writeStringField("functionError", "Unhandled");
            }
            out.writeEndObject();
            if (!omitted.contains("responsePayload")) {
                out.writeFieldName("responsePayload");
                response(out, result);
            }
            if (!omitted.isEmpty()) {
                out.writeArrayFieldStart("omitted");
                for (String field : new ArrayList<>(omitted)) {
                    out.writeString(field);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void response(JsonGenerator out, Result result) throws IOException {
        if (result.getPayload() != null || result.getErrorType() == null) {
            JsonText.write(out, result.getPayload() == null ? null : bytes(result.getPayload()));
            return;
        }
        out.writeStartObject();
        out.writeStringField("errorType", result.getErrorType());
        out.writeStringField("errorMessage", result.getErrorMessage() == null ? "" : result.getErrorMessage());
        out.writeEndObject();
    }

    private static String condition(Outcome outcome) {
        if (outcome.getStatus() == OutcomeStatus.SUCCEEDED) {
            return "Success";
        }
        return "EventAgeExceeded".equals(outcome.getResult().getErrorType()) ? "EventAgeExceeded" : "RetriesExhausted";
    }

    private static int attempts(Outcome outcome) {
        return (int) outcome.getAttempts().stream()
                .filter(attempt -> attempt.getStatus() != ResultStatus.BOUNCED)
                .count();
    }

    /** What a caller who had waited would have been told. */
    private static int status(Result result) {
        if (result.getStatus() != ResultStatus.REJECTED) {
            return OK;
        }
        String type = result.getErrorType() == null ? "" : result.getErrorType();
        return switch (type) {
            case "TooManyRequestsException" -> THROTTLED;
            case "ResourceNotFoundException" -> NOT_FOUND;
            default -> BAD_REQUEST;
        };
    }

    private static String version(Result result) {
        return result.getFunctionVersion() == null ? "$LATEST" : result.getFunctionVersion();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
