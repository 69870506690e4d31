package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether an engine has what containers must be kept in with. */
final class EngineCheck {
    private static final String SECCOMP = "name=seccomp";

    private EngineCheck() {}

    /** One sentence on what it lacks; empty if nothing. */
    static Optional<String> lack(DockerClient docker, DockerSettings settings) {
        Info info = docker.infoCmd().exec();
        Set<String> runtimes = new TreeSet<>(
                info.getRuntimes() == null ? Set.of() : info.getRuntimes().keySet());
        return lack(settings.runtime(), runtimes, info.getSecurityOptions());
    }

    static Optional<String> lack(String runtime, Set<String> runtimes, List<String> securityOptions) {
        // A name with a dot is a shim's, found by the engine when it is needed.
        if (!runtimes.contains(runtime) && !runtime.contains(".")) {
            return Optional.of("It has no container runtime '" + runtime + "', only " + runtimes
                    + ". Add it to the engine's daemon.json, or choose one of these");
        }
        boolean seccomp = securityOptions != null
                && securityOptions.stream()
                        .anyMatch(option -> option.startsWith(SECCOMP) && !option.contains("unconfined"));
        return seccomp
                ? Optional.empty()
                : Optional.of(
                        "It runs containers without seccomp, so that they could make any system call. Take "
                                + "\"seccomp-profile\": \"unconfined\" out of its daemon.json, or use an engine built with seccomp");
    }
}
