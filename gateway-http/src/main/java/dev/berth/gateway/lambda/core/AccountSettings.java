package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Limits;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** GetAccountSettings' answer: what a tenant has and may have. */
public final class AccountSettings {
    private AccountSettings() {}

    /**
     * The answer. Berth has no limit on all code together, so there is none in it.
     *
     * @param functions all of the tenant's
     * @param slots how many invocations the live instances run at a time
     */
    public static ObjectNode of(List<FunctionSpec> functions, int slots) {
        int reserved = functions.stream()
                .map(FunctionSpec::getReservedConcurrency)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .sum();
        long codeBytes = functions.stream()
                .flatMap(spec -> Stream.concat(Stream.of(spec.getLatest()), spec.getVersions().stream()))
                .mapToLong(AccountSettings::codeBytes)
                .sum();
        ObjectNode json = Json.object();
        json.putObject("AccountLimit")
                .put("CodeSizeUnzipped", Limits.CODE_UNZIPPED_BYTES)
                .put("CodeSizeZipped", Limits.CODE_ZIP_BYTES)
                .put("ConcurrentExecutions", slots)
                .put("UnreservedConcurrentExecutions", Math.max(0, slots - reserved));
        json.putObject("AccountUsage").put("TotalCodeSize", codeBytes).put("FunctionCount", functions.size());
        return json;
    }

    private static long codeBytes(FunctionVersion version) {
        return version.getCode().getSizeBytes();
    }
}
