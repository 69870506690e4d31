package dev.berth.gateway.jobs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.jobs.core.IdempotencyKey;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.Target;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A job as a client submits it.
 *
 * @param id given by the client, to submit the same job again without running it twice
 * @param idempotencyKey the same of the same tenant and function is the same job for a day
 * @param payload JSON
 * @param delayMs from its acceptance on; not together with a time
 * @param atMs epoch milliseconds before which it does not run
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record JobRequest(
        Optional<String> id,
        Optional<String> idempotencyKey,
        FunctionName function,
        byte[] payload,
        Target target,
        OptionalLong delayMs,
        OptionalLong atMs,
        int priority,
        OptionalLong deadlineMs) {
    private static final List<String> FIELDS = Stream.concat(
                    Stream.of(
                            "id",
                            "function",
                            "qualifier",
                            "payload",
                            "delayMs",
                            "at",
                            "priority",
                            "deadline",
                            "idempotencyKey"),
                    Target.FIELDS.stream())
            .toList();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    // The view of jobs forgets after 7 days, and a job that waits must be known until it has run.
    static final long MAX_DELAY_MS = Duration.ofDays(6).toMillis();
    private static final int MAX_PRIORITY = 100;

    /** @param header the request's headers, which can say where to run as well as the body can */
    static JobRequest parse(byte[] body, UnaryOperator<String> header) {
        RequestFields fields = RequestFields.parse(body, "A job", FIELDS);
        String function = fields.text("function")
                .orElseThrow(() -> refuse("The job names no function. Give its name in the field function."));
        Optional<String> id = fields.text("id");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            throw refuse("A job's id is 1 to 128 letters, digits, dots, colons, hyphens or underscores.");
        }
        Optional<String> key = IdempotencyKey.given(fields.text("idempotencyKey"), header.apply("Idempotency-Key"));
        if (id.isPresent() && key.isPresent()) {
            throw refuse("The job has an id and an idempotency key. Give one of the two; the key makes the id.");
        }
        if (id.filter(IdempotencyKey::made).isPresent()) {
            throw refuse(
                    "Ids that begin with " + IdempotencyKey.PREFIX + " are made from idempotency keys. Give the key.");
        }
        OptionalLong delayMs = fields.number("delayMs", 0, MAX_DELAY_MS);
        OptionalLong atMs = fields.moment("at");
        if (delayMs.isPresent() && atMs.isPresent()) {
            throw refuse("The job has a delayMs and an at. Give one of the two.");
        }
        byte[] payload = fields.value("payload");
        if (payload.length > Limits.ASYNC_PAYLOAD_BYTES) {
            throw ApiError.tooLarge(
                            "The payload has " + payload.length + " bytes; at most " + Limits.ASYNC_PAYLOAD_BYTES
                                    + " are allowed for a job. Store it elsewhere and send a reference.")
                    .exception();
        }
        return new JobRequest(
                id,
                key,
                FunctionName.parse(function, fields.text("qualifier").orElse(null)),
                payload,
                Target.of(fields, header),
                delayMs,
                atMs,
                (int) fields.number("priority", -MAX_PRIORITY, MAX_PRIORITY).orElse(0),
                fields.moment("deadline"));
    }

    /** @param nowMs epoch milliseconds, from which a delay counts */
    Invocation invocation(String newId, String tenant, FunctionSpec spec, long nowMs) {
        OptionalLong startMs = delayMs.isPresent() ? OptionalLong.of(nowMs + delayMs.getAsLong()) : atMs;
        if (startMs.orElse(0) > nowMs + MAX_DELAY_MS) {
            throw refuse("The job would start in more than 6 days; jobs are remembered for 7. Submit it later.");
        }
        if (deadlineMs.isPresent() && deadlineMs.getAsLong() <= Math.max(nowMs, startMs.orElse(0))) {
            throw refuse("The job's deadline lies before its start. Give a later one, or none.");
        }
        Invocation invocation = Invocation.newBuilder()
                .setId(newId)
                .setTenant(tenant)
                .setFunction(function.name())
                .setQualifier(function.qualifier().orElse(null))
                .setPayload(ByteBuffer.wrap(payload))
                .setOrigin("http")
                .setNotBeforeMs(startMs.orElse(0) > nowMs ? (Long) startMs.getAsLong() : null)
                .setPriority(priority)
                .setDeadlineMs(deadlineMs.isPresent() ? (Long) deadlineMs.getAsLong() : null)
                .build();
        target.on(invocation, spec);
        return invocation;
    }

    /** As the view finds it in the job that was submitted first. */
    String fingerprint() {
        return IdempotencyKey.fingerprint(function.qualifier().orElse(null), priority, ByteBuffer.wrap(payload));
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
