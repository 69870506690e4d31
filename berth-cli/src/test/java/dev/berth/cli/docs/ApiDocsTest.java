package dev.berth.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.gateway.http.Operation;
import dev.berth.gateway.openapi.ApiDescription;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.LambdaRequest;

/** The API reference is that of the gateway as it is. What of Lambda there is not is known from AWS's SDK. */
@Tag("integration")
@Tag("P7")
class ApiDocsTest {
    @Test
    void theApiReferenceIsCurrent(@TempDir Path data) throws IOException {
        try (Gateway gateway = Gateway.listen(
                new GatewayConfig("127.0.0.1", 0, new TopicCatalogue("unconnected.", 1, 1, (short) 1), data))) {
            List<Operation> lambda = gateway.operations().stream()
                    .filter(operation -> operation.name().startsWith("lambda:"))
                    .toList();
            Set<String> missing = new TreeSet<>(operationsOfTheSdk());
            Set<String> there = lambda.stream().map(ApiDocsTest::sdkName).collect(Collectors.toSet());
            assertThat(missing).containsAll(there);
            missing.removeAll(there);
            Page.check("api.md", ApiPage.of(ApiDescription.document(), lambda, missing));
        }
    }

    private static Set<String> operationsOfTheSdk() {
        return Arrays.stream(LambdaAsyncClient.class.getMethods())
                .filter(method -> method.getParameterCount() > 0
                        && LambdaRequest.class.isAssignableFrom(method.getParameterTypes()[0]))
                .map(method -> method.getName().replaceFirst("Paginator$", ""))
                .map(name -> name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))
                .collect(Collectors.toSet());
    }

    /** Routes are called by the action that policies name, which is another word for invocations. */
    private static String sdkName(Operation operation) {
        String action = operation.name().substring("lambda:".length());
        return !action.equals("InvokeFunction")
                ? action
                : operation.path().contains("response-streaming") ? "InvokeWithResponseStream" : "Invoke";
    }
}
