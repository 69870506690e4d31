package dev.berth.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@ArchTag("core")
@AnalyzeClasses(packages = "dev.berth")
class SchemasKnowNobodyTest {
    @ArchTest
    static final ArchRule nothingOfBerthButSchemasIsHere =
            classes().that().resideInAPackage("dev.berth..").should().resideInAPackage("dev.berth.schemas..");

    @ArchTest
    static final ArchRule onlyOneClassSeesTheRelocatedRegistryClient = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.berth.schemas.SchemaRegistry")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.flink..");
}
