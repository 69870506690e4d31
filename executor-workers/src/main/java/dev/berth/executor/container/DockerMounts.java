package dev.berth.executor.container;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.berth.schemas.ReadOnlyMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The directories of this machine that a container sees, read-only, as far as the operator allows. */
final class DockerMounts {
    /** Lambda's rule for file systems, which keeps them clear of all that a container has of its own. */
    private static final Pattern TARGET = Pattern.compile("/mnt/[a-zA-Z0-9_.-]+");

    private DockerMounts() {}

    /**
     * A function's mounts for the engine.
     *
     * @throws ContainerStartException if one is not allowed or cannot be; the message says what the operator can do
     */
    static List<Mount> of(ContainerSpec spec, InstanceGrants grants) throws ContainerStartException {
        List<Mount> mounts = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (ReadOnlyMount mount : spec.extras().mounts()) {
            String target = mount.getTarget();
            if (!TARGET.matcher(target).matches() || target.endsWith("/.") || target.endsWith("/..")) {
                throw refuse(spec, mount, "A mount's place in the container must be /mnt/NAME");
            }
            if (!targets.add(target)) {
                throw refuse(spec, mount, "It names that place twice");
            }
            mounts.add(new Mount()
                    .withType(MountType.BIND)
                    .withSource(allowed(spec, mount, grants).toString())
                    .withTarget(target)
                    .withReadOnly(true));
        }
        return mounts;
    }

    /** The real path of a source: of links, it is what they lead to that must be allowed. */
    private static Path allowed(ContainerSpec spec, ReadOnlyMount mount, InstanceGrants grants)
            throws ContainerStartException {
        Path source = Path.of(mount.getSource());
        if (source.isAbsolute()) {
            for (Path granted : grants.mounts()) {
                // Before anything is looked up: the answer must not tell what there is elsewhere on this machine.
                if (source.normalize().startsWith(granted)) {
                    return real(spec, mount, source, granted);
                }
            }
        }
        throw refuse(
                spec,
                mount,
                "The operator of this instance allows "
                        + (grants.mounts().isEmpty() ? "no mounts" : "mounts of " + grants.mounts() + " only")
                        + "; berth up --allow-mount DIR allows them for all functions");
    }

    private static Path real(ContainerSpec spec, ReadOnlyMount mount, Path source, Path granted)
            throws ContainerStartException {
        try {
            Path real = source.toRealPath();
            if (real.startsWith(granted.toRealPath())) {
                return real;
            }
        } catch (IOException e) {
            throw refuse(spec, mount, "There is no such file on this instance");
        }
        throw refuse(spec, mount, "A link leads out of what the operator of this instance allows, " + granted);
    }

    private static ContainerStartException refuse(ContainerSpec spec, ReadOnlyMount mount, String why) {
        return new ContainerStartException(
                "Runtime.MountRefused",
                "The function " + spec.function() + " asks to see " + mount.getSource() + " at " + mount.getTarget()
                        + ". " + why + ".");
    }
}
