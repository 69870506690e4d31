package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.berth.cli.config.CommonKeys;
import dev.berth.cli.config.Rights;
import dev.berth.cli.config.Role;
import dev.berth.cli.config.Settings;
import dev.berth.cli.config.SettingsReader;
import dev.berth.cli.local.Assembly;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerChooser;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.process.PartProcess;
import dev.berth.cli.process.Surroundings;
import dev.berth.cli.text.Failure;
import dev.berth.embedded.EmbeddedBroker;
import dev.berth.executor.Executor;
import dev.berth.gateway.registry.RegistryServer;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.telemetry.Telemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Each part as a user of its own, who has the rights of {@link Rights} and no others, on a broker that asks for them. */
@Tag("integration")
@Tag("S6")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RightsTest {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
    private static final TopicCatalogue TOPICS = TopicCatalogue.defaults();

    @TempDir
    private static Path folder;

    private static final int port = freePort();
    private static EmbeddedBroker broker;
    private static RegistryServer registry;
    private static Admin admin;
    private static final List<PartProcess> running = new ArrayList<>();
    private static String gatewayUrl;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(new EmbeddedBroker.Config(folder.resolve("broker"), port).with(guarded()));
        registry = RegistryServer.listen("127.0.0.1", 0, folder.resolve("registry"));
        admin = Admin.create(client("admin"));
        List<AclBinding> all = Arrays.stream(Role.values())
                .flatMap(role -> bindings(role, "User:" + role.word()))
                .toList();
        admin.createAcls(all).all().get();
        Surroundings.installTopics(settings(Role.TOPICS, "topics"), line -> {});
        Stream.of(
                        launch(Role.ROUTER, "router"),
                        launch(Role.EXECUTOR, "executor", "instance.id=e", "containers=process", "prewarm=none"),
                        launch(Role.TRIGGERS, "triggers"),
                        launch(Role.GATEWAY, "gateway", "http.port=0"))
                .toList()
                .forEach(CompletableFuture::join);
    }

    @AfterAll
    static void stop() {
        running.forEach(PartProcess::stop);
        admin.close(Duration.ofSeconds(1));
        registry.close();
        broker.close();
    }

    @Test
    void withItsOwnRightsEachPartDoesItsWork() throws Exception {
        Stage stage = new Stage(RightsTest::run, folder);
        stage.deploy("stage");
        String first = Stage.container(stage.invoke("stage", "{}", "--key", "k"));
        assertThat(Stage.container(stage.invoke("stage", "{}", "--key", "k"))).isEqualTo(first);
        assertThat(run("doctor").out()).contains("All is well.");
    }

    static Stream<Arguments> each() {
        return Stream.of(Role.ROUTER, Role.EXECUTOR, Role.GATEWAY, Role.TRIGGERS)
                .flatMap(role -> Rights.of(role, TOPICS).stream()
                        .flatMap(right ->
                                right.operations().stream().map(operation -> Arguments.of(role, right, operation))));
    }

    @ParameterizedTest
    @MethodSource("each")
    void withoutOneOfItsRightsAPartSaysAtOnceWhichItLacks(Role role, Rights.Right right, AclOperation lacking)
            throws Exception {
        String poor = "User:poor";
        List<AclBinding> rights = bindings(role, poor)
                .filter(binding ->
                        !binding.pattern().equals(right.on()) || binding.entry().operation() != lacking)
                .toList();
        admin.createAcls(rights).all().get();
        List<String> sets = new ArrayList<>(List.of("data.dir=" + folder.resolve(role + "-" + lacking)));
        if (role == Role.EXECUTOR) {
            sets.add("containers=process");
        } else if (role == Role.GATEWAY) {
            sets.add("http.port=0");
        }
        PartProcess part = new PartProcess(settings(role, "poor", sets.toArray(String[]::new)), RunningBerth.HOME);
        try {
            assertThatThrownBy(() -> part.run(ready -> part.stop()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(Rights.word(lacking) + " on " + Rights.words(right.on()) + ".")
                    .hasMessageContaining("./berth topics acls " + role.word());
        } finally {
            part.stop();
            admin.deleteAcls(List.of(new AclBindingFilter(
                            ResourcePatternFilter.ANY,
                            new AccessControlEntryFilter(poor, null, AclOperation.ANY, AclPermissionType.ANY))))
                    .all()
                    .get();
        }
    }

    /** An executor whose rights are taken away between the look at them and its start. */
    @Test
    void whatIsRefusedIsTriedAgainOnceASecondAndNotAllTheTime() {
        Settings settings = settings(Role.EXECUTOR, "poor");
        Assembly assembly = new Assembly(
                new KafkaSettings(settings.get(CommonKeys.BOOTSTRAP), settings.kafka()),
                SchemaRegistry.connect(registry.url()),
                TOPICS,
                Telemetry.none());
        Assembly.Instance instance = new Assembly.Instance(
                "refused",
                new ContainerChooser(RunningBerth.HOME, "", line -> {}).choose(ContainerChoice.PROCESS),
                1,
                128,
                ContainerConfig.USUAL);
        Logger reader = (Logger) LoggerFactory.getLogger("dev.berth.executor.ControlReader");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        reader.addAppender(lines);
        try (Executor refused = assembly.executor(instance, folder.resolve("refused"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> lines.list.size() >= 3);
            assertThat(refused.ready()).isNotDone();
        } finally {
            reader.detachAppender(lines);
        }
        assertThat(lines.list.get(2).getTimeStamp() - lines.list.get(0).getTimeStamp())
                .as("milliseconds for three tries")
                .isGreaterThan(1_500);
    }

    @Test
    void withoutItsTopicsAPartSaysWhatMakesThem() throws Exception {
        PartProcess part = new PartProcess(
                settings(Role.ROUTER, "admin", "topics.prefix=other.", "data.dir=" + folder.resolve("other")),
                RunningBerth.HOME);
        try {
            assertThatThrownBy(() -> part.run(ready -> part.stop()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("no topic other.")
                    .hasMessageContaining("./berth topics create");
        } finally {
            part.stop();
        }
    }

    @Test
    void theRightsArePrintedAsKafkasToolTakesThem() {
        Ran all = Ran.berth("topics", "acls", "--set", "kafka.bootstrap.servers=127.0.0.1:1");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out().lines())
                .contains(
                        "--allow-principal 'User:executor' --operation Read --topic berth.dispatch",
                        "--allow-principal 'User:router' --operation Read --operation Write --topic berth."
                                + " --resource-pattern-type prefixed",
                        "--allow-principal 'User:router' --operation Read --group berth.router");
        assertThat(Ran.berth("topics", "acls", "router", "--principal", "User:CN=r", "--json")
                        .out()
                        .lines())
                .hasSize(Rights.of(Role.ROUTER, TOPICS).size())
                .allMatch(line -> line.contains("\"principal\":\"User:CN=r\""));
        assertThat(Ran.berth("topics", "acls", "--principal", "User:r").exitCode())
                .isEqualTo(Main.USAGE);
    }

    private static Ran run(String... args) {
        return Ran.berth(Stream.concat(Arrays.stream(args), Stream.of("--url", gatewayUrl))
                .toArray(String[]::new));
    }

    private static Stream<AclBinding> bindings(Role role, String principal) {
        return Rights.of(role, TOPICS).stream().flatMap(right -> right.bindings(principal));
    }

    /** Starts a part in this process; completes when it works, or with why it does not. */
    private static CompletableFuture<Void> launch(Role role, String user, String... sets) {
        PartProcess part = new PartProcess(settings(role, user, sets), RunningBerth.HOME);
        running.add(part);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        part.run(said -> {
                            if (role == Role.GATEWAY) {
                                gatewayUrl = said.path("gateway").asText();
                            }
                            ready.complete(null);
                        });
                    } catch (InterruptedException | RuntimeException e) {
                        ready.completeExceptionally(e);
                    }
                },
                "part-" + user);
        thread.setDaemon(true);
        thread.start();
        return ready;
    }

    private static Settings settings(Role role, String user, String... sets) {
        List<String> all = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=127.0.0.1:" + port,
                "kafka.security.protocol=SASL_PLAINTEXT",
                "kafka.sasl.mechanism=PLAIN",
                "kafka.sasl.jaas.config=" + login(user)));
        if (role != Role.TOPICS) {
            all.addAll(List.of(
                    "topics.create=false", "registry.url=" + registry.url(), "data.dir=" + folder.resolve(user)));
        }
        if (role != Role.TOPICS && role != Role.GATEWAY) {
            all.add("health.port=0");
        }
        all.addAll(List.of(sets));
        return SettingsReader.read(role, Optional.empty(), all, Map.of());
    }

    private static Map<String, Object> client(String user) {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(user));
    }

    private static String login(String user) {
        return LOGIN + "username=\"" + user + "\" password=\"secret\";";
    }

    /** Asks for a name and for rights; only the administrator and the broker itself have all. */
    private static Map<String, String> guarded() {
        int controller = freePort();
        Map<String, String> further = new HashMap<>();
        further.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        further.put("listeners", "SASL_PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
        further.put("advertised.listeners", "SASL_PLAINTEXT://127.0.0.1:" + port);
        further.put("listener.security.protocol.map", "SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        further.put("inter.broker.listener.name", "SASL_PLAINTEXT");
        further.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        further.put("sasl.enabled.mechanisms", "PLAIN");
        String users = Stream.of("admin", "topics", "router", "executor", "gateway", "triggers", "poor")
                .map(user -> " user_" + user + "=\"secret\"")
                .collect(Collectors.joining());
        further.put(
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                LOGIN + "username=\"admin\" password=\"secret\"" + users + ";");
        further.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        further.put("super.users", "User:admin;User:ANONYMOUS");
        further.put("auto.create.topics.enable", "false");
        return further;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
