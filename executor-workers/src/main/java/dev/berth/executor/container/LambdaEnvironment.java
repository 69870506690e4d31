package dev.berth.executor.container;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The environment variables of a container, as Lambda sets them. Source: AWS Lambda Developer Guide, "Defined runtime
 * environment variables". Not set are those for which Berth has nothing: credentials of a role, and the X-Ray daemon's.
 */
final class LambdaEnvironment {
    /** There is none; clients want one, and the ARNs of functions name this. */
    private static final String REGION = "us-east-1";

    /** What an image says itself, if anybody does: it alone knows where its programs lie. */
    private static final Set<String> IMAGES_OWN = Set.of(
            "PATH",
            "LD_LIBRARY_PATH",
            "PYTHONPATH",
            "NODE_PATH",
            "PYTHONDONTWRITEBYTECODE",
            "LANG",
            "TZ",
            "AWS_EXECUTION_ENV",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR",
            "_HANDLER");

    /** Tells a bootstrap to ask for its code first. */
    private static final String PREWARMED = "BERTH_PREWARMED";

    private LambdaEnvironment() {}

    /**
     * Where a container sees what.
     *
     * @param taskRoot its code
     * @param runtimeRoot its bootstrap
     * @param layersRoot the files of its layers, if it has any
     * @param tmp its own scratch directory
     * @param path where it looks for programs
     */
    record Places(String taskRoot, String runtimeRoot, String layersRoot, String tmp, String path) {}

    /**
     * What a function may change, then its own variables, then what it cannot change. A container without code gets only
     * the first, and what its bootstrap needs.
     */
    static Map<String, String> of(ContainerSpec spec, Places places) {
        Map<String, String> environment = new LinkedHashMap<>();
        boolean image = spec.extras().image() != null;
        BiConsumer<String, String> put = (name, value) -> {
            if (!image || !IMAGES_OWN.contains(name)) {
                environment.put(name, value);
            }
        };
        changeable(places, put);
        if (spec.isPrewarmed()) {
            environment.put("AWS_LAMBDA_RUNTIME_API", spec.apiAddress());
            environment.put("BERTH_CONTAINER_ID", spec.containerId());
            environment.put(PREWARMED, "1");
            return environment;
        }
        environment.putAll(spec.environment());
        fixed(spec, places, put);
        return environment;
    }

    private static void changeable(Places places, BiConsumer<String, String> put) {
        String layers = places.layersRoot();
        put.accept("LANG", "C.UTF-8");
        put.accept("TZ", ":UTC");
        put.accept("HOME", places.tmp());
        put.accept("TMPDIR", places.tmp());
        put.accept("PATH", places.path() + ":" + layers + "/bin");
        put.accept(
                "LD_LIBRARY_PATH",
                String.join(
                        ":",
                        places.runtimeRoot(),
                        places.runtimeRoot() + "/lib",
                        places.taskRoot(),
                        places.taskRoot() + "/lib",
                        layers + "/lib"));
        put.accept("PYTHONPATH", layers + "/python");
        put.accept("NODE_PATH", layers + "/nodejs/node_modules:" + places.runtimeRoot() + "/node_modules");
        // The code is read-only, and each container would compile it for itself.
        put.accept("PYTHONDONTWRITEBYTECODE", "1");
    }

    private static void fixed(ContainerSpec spec, Places places, BiConsumer<String, String> put) {
        put.accept("AWS_LAMBDA_RUNTIME_API", spec.apiAddress());
        put.accept("AWS_REGION", REGION);
        put.accept("AWS_DEFAULT_REGION", REGION);
        // By the runtime's name as the function was given it, such as java17, if the gateway kept that.
        put.accept(
                "AWS_EXECUTION_ENV",
                spec.environment().getOrDefault("AWS_EXECUTION_ENV", "AWS_Lambda_" + spec.runtime()));
        put.accept("AWS_LAMBDA_FUNCTION_NAME", spec.function());
        put.accept("AWS_LAMBDA_FUNCTION_VERSION", spec.version());
        put.accept("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(spec.memoryMb()));
        put.accept("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        put.accept("AWS_LAMBDA_LOG_GROUP_NAME", "/berth/" + spec.tenant() + "/" + spec.function());
        put.accept("AWS_LAMBDA_LOG_STREAM_NAME", spec.containerId());
        put.accept("LAMBDA_TASK_ROOT", places.taskRoot());
        put.accept("LAMBDA_RUNTIME_DIR", places.runtimeRoot());
        put.accept("_HANDLER", spec.handler());
        put.accept("BERTH_CONTAINER_ID", spec.containerId());
        put.accept("BERTH_TENANT", spec.tenant());
        put.accept("BERTH_LAYERS_ROOT", places.layersRoot());
    }
}
