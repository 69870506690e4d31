package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a container looks to the engine: what it sees, and what it may not do. */
record DockerPlan(
        ContainerSpec spec,
        DockerImage image,
        List<String> command,
        List<Mount> mounts,
        Path bootstrap,
        Path users,
        Path log,
        DockerSettings settings) {
    static final String IMAGE_SCRIPT = "executor-workers/images/build.sh";
    static final String TASK_ROOT = "/var/task";
    static final String RUNTIME_ROOT = "/var/runtime";
    private static final String LAYERS_ROOT = "/opt";
    private static final String LOG = "/var/log/berth";
    private static final String TMP = "/tmp";
    // High, so that it is nobody on this machine, but below 65536, which is as far as a user namespace reaches. Not
    // nobody's
    // own, which owns whatever cannot be mapped.
    private static final String USER = "60800:60800";
    // Asks nobody: even on an internal network, Docker's own name server hands questions on to this machine's.
    private static final String NO_NAME_SERVER = "127.0.0.1";
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
    static final LambdaEnvironment.Places PLACES =
            new LambdaEnvironment.Places(TASK_ROOT, RUNTIME_ROOT, LAYERS_ROOT, TMP, PATH);
    private static final String TMP_OPTIONS = "rw,exec,nosuid,nodev,mode=1777,size=";
    private static final long BYTES_PER_MB = 1024L * 1024L;
    private static final long SHARED_MEMORY_BYTES = 16 * BYTES_PER_MB;
    private static final long MOST_OPEN_FILES = 1024;

    /** The password file of all containers: some libraries end with an error if they find no entry for who they are. */
    static String passwordFile() {
        return "root:x:0:0:root:/root:/usr/sbin/nologin\nberth:x:" + USER + ":berth:" + TMP + ":/bin/sh\n";
    }

    CreateContainerResponse create(DockerClient docker, DockerNetwork network, Map<String, String> instanceLabels) {
        Map<String, String> labels = new HashMap<>(instanceLabels);
        labels.put(DockerRuntime.CONTAINER, spec.containerId());
        if (spec.isPrewarmed()) {
            // The engine changes no labels later: whose it became is known by its id only.
            labels.put("dev.berth.prewarmed", spec.runtime() + ":" + spec.memoryMb());
        } else {
            labels.put("dev.berth.tenant", spec.tenant());
            labels.put("dev.berth.function", spec.function());
        }
        List<String> environment = new ArrayList<>();
        LambdaEnvironment.of(spec, PLACES).forEach((name, value) -> environment.add(name + "=" + value));
        // The log is a file, so that an answer is never ahead of what was printed before it.
        List<String> entry = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" >>" + LOG + " 2>&1", "berth"));
        entry.addAll(command);
        CreateContainerCmd create = docker.createContainerCmd(image.name())
                .withName("berth-" + spec.containerId())
                .withLabels(labels)
                .withEnv(environment)
                .withEntrypoint(entry)
                .withCmd(List.of())
                .withUser(USER)
                // An image's own check would cost CPU for ever, and wake what is paused.
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withHostConfig(limits(network));
        if (!image.workingDirectory().isEmpty()) {
            create.withWorkingDir(image.workingDirectory());
        }
        return create.exec();
    }

    private List<Bind> binds() {
        List<Bind> binds = new ArrayList<>();
        if (spec.code() != null) {
            binds.add(readOnly(spec.code().toAbsolutePath(), TASK_ROOT));
            binds.add(readOnly(bootstrap, RUNTIME_ROOT));
        }
        if (spec.extras().layers() != null) {
            binds.add(readOnly(spec.extras().layers().toAbsolutePath(), LAYERS_ROOT));
        }
        binds.add(readOnly(users, "/etc/passwd"));
        binds.add(new Bind(log.toString(), new Volume(LOG), AccessMode.rw));
        return binds;
    }

    private static Bind readOnly(Path source, String target) {
        return new Bind(source.toString(), new Volume(target), AccessMode.ro);
    }

    private HostConfig limits(DockerNetwork network) {
        long memory = spec.memoryMb() * BYTES_PER_MB;
        int tmpMb = settings.tmpMb(spec.memoryMb());
        // No file can be larger than /tmp is, so that the log, which lies on this machine's disk, is bounded too.
        long mostFileBytes = tmpMb * BYTES_PER_MB;
        CpuShare cpu = CpuShare.of(spec.memoryMb(), settings.memoryMbPerCpu());
        HostConfig limits = HostConfig.newHostConfig();
        if (!spec.network()) {
            limits.withDns(NO_NAME_SERVER);
        }
        return limits.withRuntime(settings.runtime())
                .withNetworkMode(network.name())
                .withIpcMode("private")
                .withBinds(binds())
                .withMounts(mounts)
                .withMemory(memory)
                .withMemorySwap(memory)
                .withCpuShares(cpu.shares())
                .withCpuPeriod(CpuShare.PERIOD_MICROS)
                .withCpuQuota(cpu.quotaMicros())
                .withPidsLimit((long) settings.mostProcesses())
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withReadonlyRootfs(true)
                .withTmpFs(Map.of(TMP, TMP_OPTIONS + mostFileBytes))
                .withShmSize(SHARED_MEMORY_BYTES)
                .withUlimits(List.of(
                        new Ulimit("fsize", mostFileBytes, mostFileBytes),
                        new Ulimit("nofile", MOST_OPEN_FILES, MOST_OPEN_FILES),
                        new Ulimit("core", 0L, 0L)))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withAutoRemove(true);
    }
}
