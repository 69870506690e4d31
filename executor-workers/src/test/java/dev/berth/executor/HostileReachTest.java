package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.executor.container.DockerSettings;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What code finds when it looks around: other containers, this machine, and the network outside. */
class HostileReachTest extends HostileWorld {
    @Override
    DockerSettings settings() {
        return super.settings().withAllowNetwork(true);
    }

    @Test
    void nothingOfOtherContainersOrTheMachineIsSeen() throws Exception {
        call("secretive", "{\"do\":\"leave_a_file\"}");
        JsonNode found = ExecutorContract.json(attack("curious", "{\"do\":\"others\"}"));
        assertThat(found).extracting(JsonNode::asText).isEmpty();
        assertThat(answer("curious", "{\"do\":\"ipv6\"}")).isEmpty();
        assertThat(answer("curious", "{\"do\":\"raw\"}").asText()).isEqualTo("PermissionError");
    }

    @Test
    void ofThisMachineOnlyTheOwnRuntimeApiAnswers() throws Exception {
        requireFirewall();
        try (ServerSocket everywhere = new ServerSocket(0, 5, InetAddress.getByName("0.0.0.0"))) {
            String api = api("scanner");
            String gateway = api.substring(0, api.indexOf(':'));
            int own = Integer.parseInt(api.substring(api.indexOf(':') + 1));
            String others = Stream.concat(
                            IntStream.range(1, 1_025).boxed(),
                            Stream.of(everywhere.getLocalPort(), own, 2375, 2376, 3306, 5432, 8080, 8081, 9092))
                    .map(String::valueOf)
                    .collect(Collectors.joining(",", "[", "]"));
            Result scanned =
                    attack("scanner", "{\"do\":\"scan\",\"host\":\"" + gateway + "\",\"ports\":" + others + "}");
            assertThat(ExecutorContract.json(scanned))
                    .extracting(JsonNode::asInt)
                    .containsExactly(own);
            use("granted", granted("granted"));
            Result outside =
                    attack("granted", "{\"do\":\"scan\",\"host\":\"" + gateway + "\",\"ports\":" + others + "}");
            assertThat(ExecutorContract.json(outside))
                    .extracting(JsonNode::asInt)
                    .doesNotContain(everywhere.getLocalPort());
        }
    }

    @Test
    void onlyAFunctionThatWasGrantedTheNetworkReachesTheOutside() throws Exception {
        requireFirewall();
        try (OutsideHost outside = new OutsideHost()) {
            String connect =
                    "{\"do\":\"connect\",\"host\":\"" + OutsideHost.ADDRESS + "\",\"port\":" + outside.port() + "}";
            use("goes-out", granted("goes-out"));
            assertThat(answer("goes-out", connect).asText()).isEqualTo("connected");
            // Neither connected nor refused: there is no route, or the engine drops what takes it.
            assertThat(answer("stays-in", connect).asText()).isIn("OSError", "TimeoutError");
        }
    }

    @Test
    void whoWasGrantedTheNetworkReachesNeitherContainersNorTheMachinesCredentials() throws Exception {
        requireFirewall();
        use("server-out", granted("server-out"));
        use("client-out", granted("client-out"));
        String address = answer("server-out", "{\"do\":\"listen\"}").asText();
        String connect = "{\"do\":\"connect\",\"host\":\"" + address + "\",\"port\":4711}";
        assertThat(answer("client-out", connect).asText()).isEqualTo("TimeoutError");
        assertThat(Command.output("iptables", "-S", "DOCKER-USER"))
                .as("rules that no test sends packets to try")
                .containsPattern("-d 169.254.0.0/16 -i berth[0-9a-f]{8}o -j DROP");
    }

    @Test
    void oneContainerCannotReachAnother() throws Exception {
        String address = answer("server", "{\"do\":\"listen\"}").asText();
        assertThat(answer("server", "{\"do\":\"connect\",\"host\":\"" + address + "\",\"port\":4711}")
                        .asText())
                .as("the server reaches itself")
                .isEqualTo("connected");
        assertThat(answer("client", "{\"do\":\"connect\",\"host\":\"" + address + "\",\"port\":4711}")
                        .asText())
                .isEqualTo("TimeoutError");
    }

    @Test
    void anothersRuntimeApiRefusesWhoeverIsNotItsContainer() throws Exception {
        String others = api("victim");
        Dispatch running = order("victim", "{\"do\":\"hello\"}");
        String call = "{\"do\":\"call\",\"api\":\"" + others + "\",\"id\":\""
                + running.getInvocation().getId() + "\"}";
        assertThat(answer("thief", call).asInt()).isEqualTo(403);
        world.post(slot, running);
        assertThat(world.await(running).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void namesOfTheOutsideAreNotAskedForOutside() throws Exception {
        assertThat(answer("asker", "{\"do\":\"resolve\"}").asText()).isEqualTo("gaierror");
    }

    private void requireFirewall() {
        executor.weakness().ifPresent(lack -> Assumptions.abort("DOCKER TESTS SKIPPED: " + lack));
    }

    private FunctionVersion granted(String function) {
        FunctionVersion version = FunctionVersion.newBuilder(deploy(function, 20_000))
                .setNetwork(true)
                .build();
        version.setRevision(version.getRevision() + 1_000);
        world.announce(function, version);
        return version;
    }

    private String api(String function) throws Exception {
        return answer(function, "{\"do\":\"rights\"}")
                .path("environment")
                .path("AWS_LAMBDA_RUNTIME_API")
                .asText();
    }
}
