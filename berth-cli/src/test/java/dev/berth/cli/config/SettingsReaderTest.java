package dev.berth.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("core")
@Tag("O1")
class SettingsReaderTest {
    private static final String JAAS =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"hush\";";

    @TempDir
    private Path folder;

    @Test
    void theCommandLineComesBeforeTheEnvironmentThatBeforeTheFileThatBeforeTheDefault() throws IOException {
        Path file = file("slots=1\nmemory.mb=2048\npause.after=7s\n");
        Settings settings = SettingsReader.read(
                Role.EXECUTOR,
                Optional.of(file),
                List.of("slots=4", "slots=3"),
                Map.of("BERTH_SLOTS", "2", "BERTH_MEMORY_MB", "512"));
        assertThat(settings.get(ExecutorKeys.SLOTS)).isEqualTo(3);
        assertThat(settings.get(ExecutorKeys.MEMORY_MB)).isEqualTo(512);
        assertThat(settings.get(ExecutorKeys.PAUSE_AFTER)).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.get(ExecutorKeys.PROCESSES)).isEqualTo(256);
    }

    @Test
    void everyProblemIsToldAtOnceWithItsKeyAndWhereItWasSet() throws IOException {
        Path file = file("slots=many\nprewarm=python3\nslotz=3\n");
        List<String> problems =
                problems(Role.EXECUTOR, file, List.of("containers=podman"), Map.of("BERTH_PAUSE_AFTER", "soon"));
        assertThat(problems).hasSize(5);
        assertThat(problems)
                .anySatisfy(text -> assertThat(text).contains("slots=many", file.toString(), "whole number"));
        assertThat(problems).anySatisfy(text -> assertThat(text).contains("prewarm=python3", "python3:256=1..4"));
        assertThat(problems).anySatisfy(text -> assertThat(text).contains("slotz", "Did you mean slots?"));
        assertThat(problems)
                .anySatisfy(text -> assertThat(text).contains("containers=podman (--set)", "auto, docker, process"));
        assertThat(problems).anySatisfy(text -> assertThat(text).contains("pause.after=soon (BERTH_PAUSE_AFTER)"));
    }

    @Test
    void oneFileAndOneEnvironmentMayServeSeveralParts() throws IOException {
        Path file = file("slots=3\nrouter.threads=2\nhttp.port=9000\nkafka.bootstrap.servers=k:1\n");
        Settings router =
                SettingsReader.read(Role.ROUTER, Optional.of(file), List.of(), Map.of("BERTH_HTTP_HOST", "0.0.0.0"));
        assertThat(router.get(RouterKeys.THREADS)).isEqualTo(2);
        assertThat(router.get(CommonKeys.BOOTSTRAP)).isEqualTo("k:1");
    }

    @Test
    void aSettingOfAnotherPartOnTheCommandLineIsRefused() {
        assertThat(problems(Role.ROUTER, null, List.of("slots=3"), Map.of()))
                .singleElement()
                .asString()
                .contains("slots of --set is no setting of the router", "./berth config router");
    }

    @Test
    void aMisspeltVariableIsRefusedAndOneOfOthersIsOnlyMentioned() {
        assertThat(problems(Role.EXECUTOR, null, List.of(), Map.of("BERTH_SLOST", "3")))
                .singleElement()
                .asString()
                .contains("BERTH_SLOST", "Did you mean BERTH_SLOTS?");
        Settings settings = SettingsReader.read(
                Role.EXECUTOR, Optional.empty(), List.of(), Map.of("BERTH_SERVICE_HOST", "10.0.0.1", "HOME", "/"));
        assertThat(settings.warnings()).singleElement().asString().contains("BERTH_SERVICE_HOST");
    }

    @Test
    void kafkasOwnSettingsArePassedOnFromEverySource() throws IOException {
        Path file = file("kafka.security.protocol=SASL_SSL\nregistry.ssl.truststore.location=/etc/trust.jks\n");
        Settings settings = SettingsReader.read(
                Role.GATEWAY,
                Optional.of(file),
                List.of("kafka.sasl.mechanism=PLAIN"),
                Map.of("BERTH_KAFKA_SASL_JAAS_CONFIG", JAAS, "BERTH_KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2"));
        assertThat(settings.kafka())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN", "sasl.jaas.config", JAAS));
        assertThat(settings.registryTls()).containsEntry("ssl.truststore.location", "/etc/trust.jks");
        assertThat(settings.get(CommonKeys.BOOTSTRAP)).isEqualTo("a:1,b:2");
    }

    @Test
    void whatKafkaWouldNotTakeIsRefusedInItsWords() {
        assertThat(problems(Role.ROUTER, null, List.of("kafka.security.protocol=TLS"), Map.of()))
                .singleElement()
                .asString()
                .contains("kafka.security.protocol=TLS", "SASL_SSL");
        assertThat(problems(Role.ROUTER, null, List.of("kafka.sasl.jaas.confg=x"), Map.of()))
                .singleElement()
                .asString()
                .contains("Did you mean kafka.sasl.jaas.config?");
        assertThat(problems(Role.ROUTER, null, List.of("kafka.linger.ms=5"), Map.of()))
                .hasSize(1);
    }

    @Test
    void secretsAreHiddenWhereSettingsAreShown() {
        Settings settings = SettingsReader.read(
                Role.ROUTER,
                Optional.empty(),
                List.of("registry.password=hush", "registry.user=ada", "kafka.ssl.key.password=hush"),
                Map.of("BERTH_KAFKA_SASL_JAAS_CONFIG", JAAS));
        assertThat(settings.described())
                .contains("registry.user=ada", "registry.password=***", "kafka.sasl.jaas.config=***")
                .doesNotContain("hush");
        assertThat(problems(Role.ROUTER, null, List.of("registry.url=http://ada:hush@registry"), Map.of()))
                .singleElement()
                .asString()
                .doesNotContain("hush");
    }

    @Test
    void aKeyThatStandsTwiceInTheFileAndAFileThatIsNotThereAreProblems() throws IOException {
        assertThat(problems(Role.EXECUTOR, file("slots=1\nslots=2\n"), List.of(), Map.of()))
                .singleElement()
                .asString()
                .contains("slots", "twice");
        assertThat(problems(Role.EXECUTOR, folder.resolve("none"), List.of("noequals"), Map.of()))
                .hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void eachPartStartsWithNothingToldAndEachKeyHasItsOwnVariable(Role role) {
        Settings settings = SettingsReader.read(role, Optional.empty(), List.of(), Map.of());
        role.keys().forEach(key -> assertThat(settings.get(key)).as(key.name()).isNotNull());
        Set<String> variables = new HashSet<>();
        role.names()
                .forEach(name ->
                        assertThat(variables.add(Key.variable(name))).as(name).isTrue());
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void eachKeySaysWhatItMeansInASentence(Role role) {
        assertThat(role.keys())
                .allSatisfy(key -> assertThat(key.meaning()).endsWith(".").hasSizeGreaterThan(20));
    }

    private List<String> problems(Role role, Path file, List<String> sets, Map<String, String> environment) {
        WrongSettings wrong = catchThrowableOfType(
                WrongSettings.class, () -> SettingsReader.read(role, Optional.ofNullable(file), sets, environment));
        assertThat(wrong).as("%s %s", sets, environment).isNotNull();
        return wrong.problems();
    }

    private Path file(String... lines) throws IOException {
        return Files.write(folder.resolve("berth.properties"), Arrays.asList(lines));
    }
}
