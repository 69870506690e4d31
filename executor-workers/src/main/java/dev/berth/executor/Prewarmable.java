package dev.berth.executor;

import dev.berth.schemas.ContainerConcurrency;
import dev.berth.schemas.FunctionVersion;
import java.util.List;
import java.util.Set;

/** Which functions a prewarmed container may be given: those that would not have started it otherwise than it was. */
final class Prewarmable {
    private static final Set<String> RUNTIMES = Set.of("python3", "nodejs", "java", "provided");
    /** Whose interpreter runs before it knows its function. */
    private static final Set<String> STARTED_BEFORE = Set.of("python3", "nodejs");
    // Read when the interpreter, the C library or the dynamic linker starts, and never again.
    private static final List<String> READ_AT_START =
            List.of("PYTHON", "NODE_", "UV_", "LD_", "LC_", "LANG", "MALLOC_", "GLIBC_", "AWS_LAMBDA_EXEC_WRAPPER");

    private Prewarmable() {}

    /** The runtime of which a prewarmed container will do for a function; null if none will. */
    static String runtime(FunctionVersion version) {
        // Of several invocations at a time the Runtime API of a prewarmed container does not know.
        boolean asAnyOther = version.getImage() == null
                && version.getLayers().isEmpty()
                && version.getMounts().isEmpty()
                && !version.getNetwork();
        Set<String> variables = version.getEnvironment().keySet();
        boolean inTime = !STARTED_BEFORE.contains(version.getRuntime())
                || variables.stream()
                        .noneMatch(variable -> READ_AT_START.stream().anyMatch(variable::startsWith));
        return asAnyOther
                        && inTime
                        && RUNTIMES.contains(version.getRuntime())
                        && !variables.contains(ContainerConcurrency.VARIABLE)
                ? version.getRuntime()
                : null;
    }

    /** Whether an operator may ask for prewarmed containers of a runtime. */
    static boolean isRuntime(String runtime) {
        return RUNTIMES.contains(runtime);
    }
}
