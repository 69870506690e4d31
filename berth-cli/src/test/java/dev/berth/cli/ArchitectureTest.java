package dev.berth.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.berth.schemas.Micros;
import dev.berth.schemas.SchemaRegistry;
import java.time.Clock;
import java.time.Instant;

/** The arrows of the whole system; this module sees all the others, so they are held here. */
@AnalyzeClasses(packages = "dev.berth", importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("core")
class ArchitectureTest {
    private static final String SCHEMAS = "dev.berth.schemas..";
    private static final String BROKER = "dev.berth.embedded..";
    private static final String ROUTER = "dev.berth.router..";
    private static final String EXECUTOR = "dev.berth.executor..";
    private static final String GATEWAY = "dev.berth.gateway..";
    private static final String TRIGGERS = "dev.berth.triggers..";
    private static final String TELEMETRY = "dev.berth.telemetry..";
    private static final String REPLAY = "dev.berth.replay..";
    private static final String CLI = "dev.berth.cli..";

    /** Pure: a function of state, event and time. */
    private static final String[] CORES = {
        "dev.berth.router.core..",
        "dev.berth.executor.pool..",
        "dev.berth.gateway.auth.core..",
        "dev.berth.gateway.core..",
        "dev.berth.gateway.events.core..",
        "dev.berth.gateway.explain.core..",
        "dev.berth.gateway.lambda.core..",
        "dev.berth.gateway.live.core..",
        "dev.berth.gateway.registry.core..",
        "dev.berth.triggers.core..",
        "dev.berth.replay.core.."
    };

    @ArchTest
    static final ArchRule schemasKnowNoOtherModule = noClasses()
            .that()
            .resideInAPackage(SCHEMAS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, TELEMETRY, ROUTER, EXECUTOR, GATEWAY, CLI)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.opentelemetry..");

    @ArchTest
    static final ArchRule telemetryKnowsSchemasAlone = noClasses()
            .that()
            .resideInAPackage(TELEMETRY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, ROUTER, EXECUTOR, GATEWAY, TRIGGERS, CLI);

    @ArchTest
    static final ArchRule theBrokerKnowsNoOtherModule = noClasses()
            .that()
            .resideInAPackage(BROKER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEMAS, ROUTER, EXECUTOR, GATEWAY, CLI);

    @ArchTest
    static final ArchRule theRouterMeetsTheOthersOnTopicsOnly = noClasses()
            .that()
            .resideInAPackage(ROUTER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, EXECUTOR, GATEWAY, CLI);

    @ArchTest
    static final ArchRule theExecutorMeetsTheOthersOnTopicsOnly = noClasses()
            .that()
            .resideInAPackage(EXECUTOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, ROUTER, GATEWAY, CLI);

    @ArchTest
    static final ArchRule theGatewayMeetsTheOthersOnTopicsOnly = noClasses()
            .that()
            .resideInAPackage(GATEWAY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, ROUTER, EXECUTOR, CLI);

    @ArchTest
    static final ArchRule theTriggersMeetTheOthersOnTopicsOnly = noClasses()
            .that()
            .resideInAPackage(TRIGGERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, ROUTER, EXECUTOR, GATEWAY, CLI);

    @ArchTest
    static final ArchRule theOthersMeetTheTriggersOnTopicsOnly = noClasses()
            .that()
            .resideInAnyPackage(SCHEMAS, BROKER, ROUTER, EXECUTOR, GATEWAY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(TRIGGERS);

    @ArchTest
    static final ArchRule replaysUseTriggersAndSchemasOnly = noClasses()
            .that()
            .resideInAPackage(REPLAY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER, ROUTER, EXECUTOR, GATEWAY, CLI);

    /** The gateway counts what a replay would do, and compares, by the same code; it carries none out. */
    @ArchTest
    static final ArchRule gatewaysOnlyReadAndCompareReplays = noClasses()
            .that()
            .resideInAnyPackage(SCHEMAS, BROKER, ROUTER, EXECUTOR, GATEWAY, TRIGGERS)
            .should()
            .dependOnClassesThat(resideInAPackage("dev.berth.replay"));

    @ArchTest
    static final ArchRule onlyOneClassSeesTheRelocatedRegistryClient = noClasses()
            .that(resideInAPackage("dev.berth..").and(not(belongToAnyOf(SchemaRegistry.class))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.apache.flink.."));

    @ArchTest
    static final ArchRule coresDoNoInputOrOutputAndOwnNoThread = noClasses()
            .that()
            .resideInAnyPackage(CORES)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "org.apache.kafka..",
                            "io.vertx..",
                            "com.github.dockerjava..",
                            "java.util.concurrent..",
                            "java.net.http..",
                            "java.nio.file..",
                            "io.micrometer..",
                            "io.opentelemetry..",
                            "dev.berth.telemetry..",
                            "org.slf4j..")
                    .or(belongToAnyOf(Thread.class, Clock.class)));

    @ArchTest
    static final ArchRule coresReadNoClock = noClasses()
            .that()
            .resideInAnyPackage(CORES)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Micros.class, "now");
}
