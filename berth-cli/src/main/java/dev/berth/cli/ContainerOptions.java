package dev.berth.cli;

import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.executor.pool.PrewarmRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What containers get. Each can be set by an environment variable too; the option wins. */
final class ContainerOptions {
    @ArgGroup(exclusive = false, heading = "%nContainers (each also by the environment variable it names):%n")
    private final Chosen chosen = new Chosen();

    static final class Chosen {
        @Option(
                names = "--pause-after",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:BERTH_PAUSE_AFTER:-60s}",
                description = "How long a Docker container is idle before it is paused, such as 30s; 0s for never."
                        + " BERTH_PAUSE_AFTER. Default: 60s")
        private Duration pauseAfter;

        @Option(
                names = "--container-runtime",
                paramLabel = "NAME",
                defaultValue = "${env:BERTH_CONTAINER_RUNTIME:-runc}",
                description = "What Docker runs containers with: runc, or what its daemon.json names, such as runsc"
                        + " (gVisor) or kata. BERTH_CONTAINER_RUNTIME. Default: runc")
        private String runtime;

        @Option(
                names = "--container-tmp",
                paramLabel = "MB",
                defaultValue = "${env:BERTH_CONTAINER_TMP:-512}",
                description =
                        "Most room in /tmp of a container; in Docker never more than half of its memory, of which it is part."
                                + " BERTH_CONTAINER_TMP. Default: 512")
        private int tmpMb;

        @Option(
                names = "--container-processes",
                paramLabel = "N",
                defaultValue = "${env:BERTH_CONTAINER_PROCESSES:-256}",
                description = "Most processes and threads of a container. BERTH_CONTAINER_PROCESSES. Default: 256")
        private int processes;

        @Option(
                names = "--memory-per-cpu",
                paramLabel = "MB",
                defaultValue = "${env:BERTH_MEMORY_PER_CPU:-1769}",
                description = "Functions get CPU in proportion to their memory: one whole CPU at so much."
                        + " BERTH_MEMORY_PER_CPU. Default: 1769")
        private int memoryMbPerCpu;

        @Option(
                names = "--allow-network",
                defaultValue = "${env:BERTH_ALLOW_NETWORK:-false}",
                description = "Functions deployed with --network reach the network outside from Docker containers; all"
                        + " others never do. BERTH_ALLOW_NETWORK. Default: none does")
        private boolean allowNetwork;

        @Option(
                names = "--allow-mount",
                paramLabel = "DIR",
                split = ":",
                defaultValue = "${env:BERTH_ALLOW_MOUNT:-}",
                description =
                        "Every function may see this folder or file of this machine, read-only, by deploy --mount;"
                                + " repeatable. BERTH_ALLOW_MOUNT, parted by colons. Default: none")
        private List<Path> allowedMounts = List.of();

        @Option(
                names = "--pull-images",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:BERTH_PULL_IMAGES:-0s}",
                description = "How long an image of a function that the engine lacks may take to be pulled, such as 5m;"
                        + " 0s not to pull. BERTH_PULL_IMAGES. Default: 0s")
        private Duration pullImages;

        private InstanceGrants grants() {
            return new InstanceGrants(
                    allowedMounts.stream()
                            .filter(path -> !path.toString().isEmpty())
                            .toList(),
                    pullImages);
        }

        @Option(
                names = "--prewarm",
                paramLabel = "RUNTIME:MB=MIN..MAX",
                split = ",",
                converter = PrewarmConverter.class,
                // None before there is any demand, so that a start of Berth is not slowed; then one, as big as
                // functions are
                // by default: who deploys a new version or has a second key does not wait for a container again.
                defaultValue = "${env:BERTH_PREWARM:-python3:128=0..1,nodejs:128=0..1}",
                description = "Containers that each instance keeps running without code, for whichever function of that"
                        + " runtime and at most that memory needs a new one: as many as demand calls for, between MIN and"
                        + " MAX. Several with commas, or the option again; none for none. BERTH_PREWARM. Default:"
                        + " python3:128=0..1,nodejs:128=0..1")
        private List<PrewarmRule> prewarm;

        @Option(
                names = "--prewarm-ttl",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:BERTH_PREWARM_TTL:-10m}",
                description = "How long they are kept after the demand that called for them. BERTH_PREWARM_TTL."
                        + " Default: 10m")
        private Duration prewarmTtl;

        private List<PrewarmRule> prewarm() {
            return prewarm.stream()
                    .filter(Objects::nonNull)
                    .map(rule -> new PrewarmRule(
                            rule.runtime(), rule.memoryMb(), rule.min(), rule.max(), prewarmTtl.toMillis()))
                    .toList();
        }
    }

    /** @throws ParameterException if they cannot be, or could do nothing */
    ContainerConfig config(CommandSpec command, ContainerChoice containers) {
        if (containers == ContainerChoice.PROCESS) {
            for (String option : new String[] {
                "--pause-after",
                "--container-runtime",
                "--memory-per-cpu",
                "--allow-network",
                "--allow-mount",
                "--pull-images"
            }) {
                if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                    throw new ParameterException(
                            command.commandLine(),
                            option + " is about Docker containers, but --containers process was chosen");
                }
            }
        }
        try {
            return new ContainerConfig(
                    chosen.pauseAfter,
                    DockerSettings.USUAL
                            .withRuntime(chosen.runtime)
                            .withMostTmpMb(chosen.tmpMb)
                            .withMostProcesses(chosen.processes)
                            .withMemoryMbPerCpu(chosen.memoryMbPerCpu)
                            .withAllowNetwork(chosen.allowNetwork),
                    chosen.grants(),
                    chosen.prewarm());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
