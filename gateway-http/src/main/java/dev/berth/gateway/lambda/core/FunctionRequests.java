package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Bodies of Lambda's requests, as JSON names them with a capital first; what was not given is null. */
public final class FunctionRequests {
    private FunctionRequests() {}

    /** Where code comes from; Berth takes zips in the request only. {@code layerFiles} is Berth's own. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Code(byte[] zipFile, String s3Bucket, String imageUri, List<byte[]> layerFiles) {}

    /** What an image runs, where that is not what the image says itself. */
    public record ImageConfig(List<String> entryPoint, List<String> command, String workingDirectory) {}

    /** A path of the instance, and where containers see it. Berth's own. */
    public record Mount(String source, String target) {}

    /** Environment variables. */
    public record Environment(Map<String, String> variables) {}

    /** The fields of Berth's own that a function may be made with, or given later. */
    public interface Settings {
        String routing();

        Boolean ordered();

        Boolean keepOldUntilReady();

        Integer reservedConcurrency();

        Integer maximumRetryAttempts();

        Integer maximumEventAgeInSeconds();

        Integer retryBackoffMs();

        /** What the router reads of the function. */
        default FunctionSettings settings() {
            return new FunctionSettings(
                    routing(),
                    ordered(),
                    keepOldUntilReady(),
                    reservedConcurrency(),
                    maximumRetryAttempts(),
                    maximumEventAgeInSeconds(),
                    retryBackoffMs());
        }
    }

    /**
     * CreateFunction. {@code exclusive} (a container serves one routing value for its whole life) and {@code network} (containers
     * may reach the network outside, where the operator allows that) are Berth's own, and so are
     * {@code mounts} and the fields behind {@code layers}: see {@link FunctionSettings}.
     */
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
            Boolean network,
            String packageType,
            ImageConfig imageConfig,
            List<Mount> mounts,
            JsonNode layers,
            Map<String, String> tags,
            String routing,
            Boolean ordered,
            Boolean keepOldUntilReady,
            Integer reservedConcurrency,
            Integer maximumRetryAttempts,
            Integer maximumEventAgeInSeconds,
            Integer retryBackoffMs)
            implements Settings {}

    /** UpdateFunctionCode. {@code layerFiles} is Berth's own; they take the place of those that the function has. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record UpdateCode(
            byte[] zipFile,
            String s3Bucket,
            String imageUri,
            List<byte[]> layerFiles,
            Boolean publish,
            Boolean dryRun,
            String revisionId) {}

    /** UpdateFunctionConfiguration, with the same fields of Berth's own. */
    public record UpdateConfiguration(
            String runtime,
            String role,
            String handler,
            Integer memorySize,
            Integer timeout,
            Environment environment,
            String description,
            Boolean exclusive,
            Boolean network,
            String revisionId,
            ImageConfig imageConfig,
            List<Mount> mounts,
            JsonNode layers,
            String routing,
            Boolean ordered,
            Boolean keepOldUntilReady,
            Integer reservedConcurrency,
            Integer maximumRetryAttempts,
            Integer maximumEventAgeInSeconds,
            Integer retryBackoffMs)
            implements Settings {
        /** Whether it names anything that containers are made with, so that it makes a new revision. */
        boolean changesContainers() {
            return Stream.of(
                            runtime,
                            handler,
                            memorySize,
                            timeout,
                            environment,
                            description,
                            exclusive,
                            network,
                            imageConfig,
                            mounts)
                    .anyMatch(Objects::nonNull);
        }
    }

    /** PutFunctionConcurrency. */
    public record Concurrency(Integer reservedConcurrentExecutions) {}

    /** PutFunctionEventInvokeConfig and UpdateFunctionEventInvokeConfig; {@code retryBackoffMs} is Berth's own. */
    public record EventInvoke(
            Integer maximumRetryAttempts,
            Integer maximumEventAgeInSeconds,
            Integer retryBackoffMs,
            JsonNode destinationConfig) {}
}
