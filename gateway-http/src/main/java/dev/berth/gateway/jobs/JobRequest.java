package dev.berth.gateway.jobs;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.Target;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A job as a client submits it.
 *
 * @param id given by the client, to submit the same job again without running it twice
 * @param payload JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record JobRequest(Optional<String> id, FunctionName function, byte[] payload, Target target) {
    private static final List<String> FIELDS = Stream.concat(
                    Stream.of("id", "function", "qualifier", "payload"), Target.FIELDS.stream())
            .toList();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** @param header the request's headers, which can say where to run as well as the body can */
    static JobRequest parse(byte[] body, UnaryOperator<String> header) {
        RequestFields fields = RequestFields.parse(body, "A job", FIELDS);
        String function = fields.text("function")
                .orElseThrow(() -> refuse("The job names no function. Give its name in the field function."));
        Optional<String> id = fields.text("id");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            throw refuse("A job's id is 1 to 128 letters, digits, dots, colons, hyphens or underscores.");
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
                FunctionName.parse(function, fields.text("qualifier").orElse(null)),
                payload,
                Target.of(fields, header));
    }

    Invocation invocation(String newId, String tenant, FunctionSpec spec) {
        Invocation invocation = Invocation.newBuilder()
                .setId(newId)
                .setTenant(tenant)
                .setFunction(function.name())
                .setQualifier(function.qualifier().orElse(null))
                .setPayload(ByteBuffer.wrap(payload))
                .setOrigin("http")
                .build();
        target.on(invocation, spec);
        return invocation;
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
