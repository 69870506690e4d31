package dev.berth.executor.container;

import java.util.LinkedHashMap;
import java.util.Map;

/** The environment variables of a container, as Lambda sets them. */
final class LambdaEnvironment {
    private LambdaEnvironment() {}

    /**
     * The function's own variables, then what Lambda and Berth say, which a function cannot change.
     *
     * @param taskRoot where the container sees its code
     * @param runtimeRoot where it sees the bootstrap
     * @param tmp its own scratch directory
     */
    static Map<String, String> of(ContainerSpec spec, String taskRoot, String runtimeRoot, String tmp, String path) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("LANG", "C.UTF-8");
        environment.put("TZ", ":UTC");
        environment.put("HOME", tmp);
        environment.put("TMPDIR", tmp);
        environment.put("PATH", path);
        // The code is read-only, and each container would compile it for itself.
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.putAll(spec.environment());
        environment.put("AWS_LAMBDA_RUNTIME_API", spec.apiAddress());
        environment.put("AWS_EXECUTION_ENV", "Berth_" + spec.runtime());
        environment.put("AWS_LAMBDA_FUNCTION_NAME", spec.function());
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", spec.version());
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(spec.memoryMb()));
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/berth/" + spec.tenant() + "/" + spec.function());
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", spec.containerId());
        environment.put("LAMBDA_TASK_ROOT", taskRoot);
        environment.put("LAMBDA_RUNTIME_DIR", runtimeRoot);
        environment.put("_HANDLER", spec.handler());
        environment.put("BERTH_CONTAINER_ID", spec.containerId());
        environment.put("BERTH_TENANT", spec.tenant());
        return environment;
    }
}
