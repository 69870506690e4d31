package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Functions as Lambda shows them. */
public final class FunctionShapes {
    private static final DateTimeFormatter LAMBDA_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);
    // SDKs want a role; Berth has none, so whatever was given, this stands there.
    private static final String NO_ROLE = "arn:aws:iam::000000000000:role/berth";

    private FunctionShapes() {}

    /** FunctionConfiguration of $LATEST, without a qualifier in its ARN. */
    public static ObjectNode configuration(FunctionSpec spec) {
        return configuration(spec, spec.getLatest(), Optional.empty());
    }

    /**
     * FunctionConfiguration.
     *
     * @param qualifier that the version was asked for by; it stands in the ARN
     */
    public static ObjectNode configuration(FunctionSpec spec, FunctionVersion version, Optional<String> qualifier) {
        String arn = FunctionName.arn(spec.getName());
        ObjectNode json = Json.object()
                .put("FunctionName", spec.getName())
                .put("FunctionArn", qualifier.map(given -> arn + ":" + given).orElse(arn))
                .put("Role", NO_ROLE)
                .put("CodeSize", version.getCode().getSizeBytes())
                .put("Description", version.getDescription())
                .put("Timeout", version.getTimeoutMs() / 1000)
                .put("MemorySize", version.getMemoryMb())
                .put("LastModified", LAMBDA_TIME.format(Instant.ofEpochMilli(version.getModifiedMs())))
                .put("CodeSha256", base64OfHex(version.getCode().getSha256()))
                .put("Version", version.getVersion())
                .put("RevisionId", revisionId(version))
                .put("State", "Active")
                .put("LastUpdateStatus", "Successful")
                .put("PackageType", "Zip")
                .put("Exclusive", version.getExclusive())
                .put("Network", version.getNetwork());
        if (version.getImage() == null) {
            json.put("Runtime", givenRuntime(version)).put("Handler", version.getHandler());
        } else {
            FunctionImages.show(version.getImage(), json);
        }
        FunctionLayers.show(version.getLayers(), json);
        FunctionMounts.show(version.getMounts(), json);
        FunctionSettings.show(spec, json);
        json.putArray("Architectures").add("x86_64");
        json.putObject("TracingConfig").put("Mode", "PassThrough");
        Map<String, String> variables = visibleEnvironment(version);
        if (!variables.isEmpty()) {
            ObjectNode shown = json.putObject("Environment").putObject("Variables");
            variables.forEach(shown::put);
        }
        return json;
    }

    /** GetFunction's answer. */
    public static ObjectNode function(FunctionSpec spec, FunctionVersion version, Optional<String> qualifier) {
        ObjectNode json = Json.object();
        json.set("Configuration", configuration(spec, version, qualifier));
        ObjectNode code = json.putObject("Code");
        if (version.getImage() == null) {
            code.put("RepositoryType", "Berth")
                    .put("Location", "berth:code/" + version.getCode().getSha256());
        } else {
            code.put("RepositoryType", "ECR").put("ImageUri", version.getImage().getUri());
        }
        spec.getTags().forEach(json.putObject("Tags")::put);
        if (spec.getReservedConcurrency() != null) {
            json.set("Concurrency", FunctionSettings.concurrency(spec));
        }
        return json;
    }

    /** What callers hand back to change only what they saw. */
    static String revisionId(FunctionVersion version) {
        return Long.toString(version.getRevision());
    }

    /** The runtime by the name that it was given, Lambda's or Berth's. */
    static String givenRuntime(FunctionVersion version) {
        String given = version.getEnvironment().get(EnvironmentVariables.GIVEN_RUNTIME);
        return given != null && given.startsWith(EnvironmentVariables.GIVEN_RUNTIME_PREFIX)
                ? given.substring(EnvironmentVariables.GIVEN_RUNTIME_PREFIX.length())
                : version.getRuntime();
    }

    /** The variables that the user set. */
    static Map<String, String> visibleEnvironment(FunctionVersion version) {
        Map<String, String> variables = new TreeMap<>(version.getEnvironment());
        variables.remove(EnvironmentVariables.GIVEN_RUNTIME);
        return variables;
    }

    static String base64OfHex(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }
}
