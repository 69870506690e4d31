package dev.berth.executor.pool;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

/** The pool decides from state, event and time alone. */
@Tag("core")
@AnalyzeClasses(packages = "dev.berth.executor.pool", importOptions = ImportOption.DoNotIncludeTests.class)
class PoolPurityTest {
    @ArchTest
    static final ArchRule knowsOnlyTheLanguageAndItsCollections = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "dev.berth.schemas.retention",
                    "dev.berth.executor.pool");
}
