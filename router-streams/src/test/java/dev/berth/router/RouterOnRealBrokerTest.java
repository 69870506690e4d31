package dev.berth.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Pin;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.TopicInstaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router on a real broker, with executors played by {@link PlayedExecutor}. */
@Tag("integration")
class RouterOnRealBrokerTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue("berth.", 4, 16, (short) -1);
    private static EmbeddedBroker broker;
    private static KafkaSettings kafka;
    private static final SchemaRegistry REGISTRY = SchemaRegistry.inMemory();

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary());
        kafka = KafkaSettings.at(broker.bootstrapServers());
        try (Admin admin = Admin.create(kafka.client("test-admin"))) {
            TopicInstaller.install(admin, TOPICS);
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    @Tag("R1")
    @Tag("R16")
    @Tag("R17")
    void aKeyKeepsItsContainerEvenOverARestartOfTheRouter(@TempDir Path state) throws Exception {
        try (PlayedExecutor first = new PlayedExecutor("i1", kafka, REGISTRY, TOPICS);
                PlayedExecutor second = new PlayedExecutor("i2", kafka, REGISTRY, TOPICS);
                TestClient client = new TestClient(kafka, REGISTRY, TOPICS)) {
            client.deploy("flights", 1);
            Outcome before;
            try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state))) {
                router.ready().get(30, TimeUnit.SECONDS);
                before = client.run("flights", "ATL");
                assertThat(before.getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
                assertThat(client.run("flights", "ATL").getResult().getContainerId())
                        .isEqualTo(before.getResult().getContainerId());
            }
            try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state))) {
                router.ready().get(30, TimeUnit.SECONDS);
                Outcome after = client.run("flights", "ATL");
                assertThat(after.getResult().getInstanceId())
                        .isEqualTo(before.getResult().getInstanceId());
                assertThat(after.getResult().getContainerId())
                        .isEqualTo(before.getResult().getContainerId());
            }
            Map<String, Pin> pins = client.pins();
            assertThat(pins.get("default/flights/ATL").getContainerId())
                    .isEqualTo(before.getResult().getContainerId());
            assertThat(client.outcomesById().values())
                    .allSatisfy(all -> assertThat(all).hasSize(1));
        }
    }

    @Test
    void whatHasEndedIsForgottenOnceItsOutcomeIsAcknowledged(@TempDir Path state) throws Exception {
        try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state));
                TestClient client = new TestClient(kafka, REGISTRY, TOPICS);
                PlayedExecutor executor = new PlayedExecutor("acks", kafka, REGISTRY, TOPICS)) {
            client.deploy("acked", 1);
            executor.ready();
            router.ready().get(30, TimeUnit.SECONDS);
            List<String> ids = client.publish("acked", "k", 3);
            for (String id : ids) {
                client.await(id);
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Collections.disjoint(client.inFlight(), ids));
        }
    }

    @Test
    void workOfALostInstanceIsPlacedAgain(@TempDir Path state) throws Exception {
        try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state));
                TestClient client = new TestClient(kafka, REGISTRY, TOPICS);
                PlayedExecutor silent = new PlayedExecutor("dies", kafka, REGISTRY, TOPICS)) {
            client.deploy("lossy", 1);
            router.ready().get(30, TimeUnit.SECONDS);
            silent.holdResults();
            silent.ready();
            List<String> ids = client.publish("lossy", "k", 3);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> silent.received() == 3);
            silent.die();
            try (PlayedExecutor heir = new PlayedExecutor("heir", kafka, REGISTRY, TOPICS)) {
                for (String id : ids) {
                    Outcome outcome = client.await(id);
                    assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
                    assertThat(outcome.getResult().getInstanceId()).isEqualTo("heir");
                    assertThat(outcome.getAttempts()).hasSize(2);
                    assertThat(outcome.getAttempts().get(0).getErrorType()).isEqualTo("InstanceLost");
                }
            }
        }
    }

    @Test
    @Tag("R3")
    void aKeyFindsItsContainerWhateverRecordKeyOrPartitionerThePublisherUsed(@TempDir Path state) throws Exception {
        try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state));
                PlayedExecutor first = new PlayedExecutor("m1", kafka, REGISTRY, TOPICS);
                PlayedExecutor second = new PlayedExecutor("m2", kafka, REGISTRY, TOPICS);
                TestClient client = new TestClient(kafka, REGISTRY, TOPICS)) {
            client.deploy("misplaced", 1);
            router.ready().get(30, TimeUnit.SECONDS);
            first.ready();
            second.ready();
            Set<String> containers = new HashSet<>();
            for (String recordKey : List.of("default/misplaced/k", "k", "a", "b", "c", "d")) {
                String id = UUID.randomUUID().toString();
                client.publish(id, "misplaced", "k", recordKey);
                containers.add(client.await(id).getResult().getContainerId());
            }
            assertThat(containers).hasSize(1);
        }
    }

    @Test
    @Tag("R17")
    void aSecondRouterTakesItsShareUnderLoadAndGivesItBackWithNothingLostOrDoneTwice(
            @TempDir Path one, @TempDir Path two) throws Exception {
        try (TestClient client = new TestClient(kafka, REGISTRY, TOPICS);
                PlayedExecutor first = new PlayedExecutor("r1", kafka, REGISTRY, TOPICS);
                PlayedExecutor second = new PlayedExecutor("r2", kafka, REGISTRY, TOPICS);
                Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, one))) {
            client.deploy("shared", 1);
            router.ready().get(30, TimeUnit.SECONDS);
            first.ready();
            second.ready();
            Set<String> ids = new HashSet<>();
            publishRounds(client, ids, 20);
            try (Router other = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, two))) {
                while (!other.ready().isDone()) {
                    publishRounds(client, ids, 1);
                }
                publishRounds(client, ids, 20);
                awaitOutcomes(client, ids);
                publishRounds(client, ids, 20);
            }
            publishRounds(client, ids, 20);
            awaitOutcomes(client, ids);
            Map<String, List<Outcome>> outcomes = client.outcomesById();
            Map<String, Set<String>> containers = new HashMap<>();
            for (String id : ids) {
                assertThat(outcomes.get(id)).hasSize(1);
                Result result = outcomes.get(id).get(0).getResult();
                assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
                containers
                        .computeIfAbsent(result.getRoutingValue(), key -> new HashSet<>())
                        .add(result.getContainerId());
            }
            assertThat(containers).hasSize(10);
            assertThat(containers.values()).allSatisfy(of -> assertThat(of).hasSize(1));
        }
    }

    private static void publishRounds(TestClient client, Set<String> ids, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (int key = 0; key < 10; key++) {
                ids.addAll(client.publish("shared", "key" + key, 1));
            }
        }
    }

    private static void awaitOutcomes(TestClient client, Set<String> ids) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() -> client.outcomesById().keySet().containsAll(ids));
    }

    @Test
    void resultsDoNotWaitBehindABurstOfInvocations(@TempDir Path state) throws Exception {
        try (TestClient client = new TestClient(kafka, REGISTRY, TOPICS);
                PlayedExecutor executor = new PlayedExecutor("burst", kafka, REGISTRY, TOPICS)) {
            client.deploy("bursty", 1);
            // The instance has its slot before the burst, or the first router to start would hold all of it.
            try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state))) {
                executor.ready();
                client.run("bursty", "k");
            }
            Set<String> ids = new HashSet<>(client.publish("bursty", "k", 5_000));
            try (Router router = Router.start(RouterConfig.of(kafka, REGISTRY, TOPICS, state))) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> client.outcomesById().keySet().containsAll(ids));
            }
            long lastDispatchUs = client.readAll(TOPICS.dispatch()).stream()
                    .filter(dispatch -> ids.contains(dispatch.getInvocation().getId()))
                    .mapToLong(Dispatch::getRoutedUs)
                    .max()
                    .orElseThrow();
            long firstOutcomeUs = client.readAll(TOPICS.outcomes()).stream()
                    .filter(outcome -> ids.contains(outcome.getInvocationId()))
                    .mapToLong(Outcome::getCompletedUs)
                    .min()
                    .orElseThrow();
            assertThat(firstOutcomeUs).isLessThan(lastDispatchUs);
        }
    }
}
