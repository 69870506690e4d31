package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Bodies of Lambda's requests, as JSON names them with a capital first; what was not given is null. */
public final class FunctionRequests {
    private FunctionRequests() {}

    /** Where code comes from; Berth takes it in the request only. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Code(byte[] zipFile, String s3Bucket, String imageUri) {}

    /** Environment variables. */
    public record Environment(Map<String, String> variables) {}

    /** CreateFunction. {@code exclusive} is Berth's own: a container serves one routing value for its whole life. */
    public record Create(
            String functionName,
            Code code,
            String runtime,
            String role,
            String handler,
            Integer memorySize,
            Integer timeout,
            Environment environment,
            String description,
            Boolean publish,
            Boolean exclusive,
            String packageType,
            JsonNode layers) {}

    /** UpdateFunctionCode. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record UpdateCode(
            byte[] zipFile, String s3Bucket, String imageUri, Boolean publish, Boolean dryRun, String revisionId) {}

    /** UpdateFunctionConfiguration. */
    public record UpdateConfiguration(
            String runtime,
            String role,
            String handler,
            Integer memorySize,
            Integer timeout,
            Environment environment,
            String description,
            Boolean exclusive,
            String revisionId,
            JsonNode layers) {}
}
