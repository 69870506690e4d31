package dev.berth.cli.local;

import dev.berth.executor.ExecutorConfig;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.executor.pool.PoolLimits;
import dev.berth.executor.pool.PrewarmRule;
import java.time.Duration;
import java.util.List;

/**
 * What containers get.
 *
 * @param pauseAfter how long one is idle before it is paused; zero for never
 * @param docker limits of those in Docker
 * @param grants what functions may have of this machine beyond that
 * @param prewarm which ones each instance keeps ready without code
 */
public record ContainerConfig(
        Duration pauseAfter, DockerSettings docker, InstanceGrants grants, List<PrewarmRule> prewarm) {
    /** As it is where nobody chooses. */
    public static final ContainerConfig USUAL =
            new ContainerConfig(Duration.ofMinutes(1), DockerSettings.USUAL, InstanceGrants.NONE, List.of());

    /** The same with others kept ready without code. */
    public ContainerConfig withPrewarm(List<PrewarmRule> rules) {
        return new ContainerConfig(pauseAfter, docker, grants, rules);
    }

    /** The same executor with this. */
    ExecutorConfig on(ExecutorConfig executor) {
        PoolLimits limits = executor.limits();
        return executor.withLimits(
                        limits.pausingAfterMs(pauseAfter.isZero() ? PoolLimits.NEVER : pauseAfter.toMillis()))
                .withDocker(docker)
                .withGrants(grants)
                .withPrewarm(prewarm);
    }
}
