package dev.berth.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The decisions know neither Kafka nor clocks nor threads, so that the simulator runs the very same code. */
@ArchTag("core")
@AnalyzeClasses(packages = "dev.berth.router", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreIsPureTest {
    @ArchTest
    static final ArchRule coreKnowsNoOutsideWorld = noClasses()
            .that()
            .resideInAPackage("..router.core..")
            .or()
            .haveSimpleName("FleetCore")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "org.apache.avro..", "java.util.concurrent..", "java.io..", "java.nio..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule routerKnowsNeitherExecutorNorGateway = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.berth.executor..", "dev.berth.gateway..", "dev.berth.cli..");
}
