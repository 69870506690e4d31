package dev.berth.gateway.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A job as a client submits it.
 *
 * @param id given by the client, to submit the same job again without running it twice
 * @param payload JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record JobRequest(
        Optional<String> id,
        FunctionName function,
        Optional<String> key,
        byte[] payload,
        Optional<String> busy,
        Optional<String> pin) {
    private static final Set<String> FIELDS = Set.of("id", "function", "qualifier", "payload", "key", "busy", "pin");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    static JobRequest parse(byte[] body) {
        ObjectNode json = Json.parseObject(body);
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                // A delay or deadline that is passed over in silence would be worse than a refusal.
                throw refuse("A job has no field '" + name
                        + "'. It has id, function, qualifier, payload, key, busy and pin.");
            }
        }
        String function = text(json, "function")
                .orElseThrow(() -> refuse("The job names no function. Give its name in the field function."));
        Optional<String> id = text(json, "id");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            throw refuse("A job's id is 1 to 128 letters, digits, dots, colons, hyphens or underscores.");
        }
        byte[] payload = Json.bytes(json.has("payload") ? json.get("payload") : Json.object());
        if (payload.length > Limits.ASYNC_PAYLOAD_BYTES) {
            throw ApiError.tooLarge(
                            "The payload has " + payload.length + " bytes; at most " + Limits.ASYNC_PAYLOAD_BYTES
                                    + " are allowed for a job. Store it elsewhere and send a reference.")
                    .exception();
        }
        return new JobRequest(
                id,
                FunctionName.parse(function, text(json, "qualifier").orElse(null)),
                text(json, "key").map(InvokeRequest::checkRoutingValue),
                payload,
                text(json, "busy"),
                text(json, "pin"));
    }

    Invocation invocation(String newId, String tenant) {
        return Invocation.newBuilder()
                .setId(newId)
                .setTenant(tenant)
                .setFunction(function.name())
                .setQualifier(function.qualifier().orElse(null))
                .setRoutingValue(key.orElse(null))
                .setBusyPolicy(InvokeRequest.busy(busy.orElse(null)))
                .setPinPolicy(InvokeRequest.pin(pin.orElse(null)))
                .setPayload(ByteBuffer.wrap(payload))
                .setOrigin("http")
                .build();
    }

    private static Optional<String> text(ObjectNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw refuse("The job's field " + field + " must be a string.");
        }
        return Optional.of(value.asText());
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
