package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A bridge of one instance's containers, without traffic between them. The closed one is internal, so that nothing leads out;
 * the open one, of functions that were granted the network, leads out. This machine's end of the closed one is where the Runtime
 * API listens, for the containers of both; {@link HostFirewall} closes the rest of the machine to them.
 *
 * <p>What remains: Docker's name server tells a container the names of its neighbours.
 *
 * @param bridge the name of this machine's interface
 */
record DockerNetwork(String id, String name, String bridge, String gateway) {
    private static final String CLOSED = "c";
    private static final String OPEN = "o";
    private static final String BRIDGE_NAME = "com.docker.network.bridge.name";
    private static final String BETWEEN_CONTAINERS = "com.docker.network.bridge.enable_icc";

    /** A name of an instance on this machine, short enough for the kernel: the same each time it starts. */
    static String shortName(Map<String, String> labels) {
        String whose = labels.get(DockerRuntime.INSTANCE) + '\0' + labels.get(DockerRuntime.HOME);
        return UUID.nameUUIDFromBytes(whose.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 8);
    }

    /** The interfaces of an instance, there or not. */
    static List<String> bridges(Map<String, String> labels) {
        return List.of(bridge(labels, CLOSED), bridge(labels, OPEN));
    }

    /** Makes the closed network anew; one of the same name, left by a killed run, goes first. */
    static DockerNetwork closed(DockerClient docker, Map<String, String> labels) {
        return create(docker, labels, CLOSED, true);
    }

    /** The same of the one that leads out. */
    static DockerNetwork open(DockerClient docker, Map<String, String> labels) {
        return create(docker, labels, OPEN, false);
    }

    private static DockerNetwork create(
            DockerClient docker, Map<String, String> labels, String kind, boolean internal) {
        String bridge = bridge(labels, kind);
        String name = name(labels, kind);
        removeLeft(docker, name);
        String id = docker.createNetworkCmd()
                .withName(name)
                .withDriver("bridge")
                .withInternal(internal)
                .withCheckDuplicate(true)
                .withLabels(labels)
                .withOptions(Map.of(BRIDGE_NAME, bridge, BETWEEN_CONTAINERS, "false"))
                .exec()
                .getId();
        List<Network.Ipam.Config> ranges =
                docker.inspectNetworkCmd().withNetworkId(id).exec().getIpam().getConfig();
        return new DockerNetwork(id, name, bridge, ranges.get(0).getGateway());
    }

    /** Removes what a killed run left, and this one does not make again. */
    static void removeLeftOpen(DockerClient docker, Map<String, String> labels) {
        removeLeft(docker, name(labels, OPEN));
    }

    void remove(DockerClient docker) {
        try {
            docker.removeNetworkCmd(id).exec();
        } catch (NotFoundException e) {
            return; // As it should be.
        }
    }

    private static String bridge(Map<String, String> labels, String kind) {
        return "berth" + shortName(labels) + kind;
    }

    private static String name(Map<String, String> labels, String kind) {
        return "berth-" + labels.get(DockerRuntime.INSTANCE) + "-" + shortName(labels) + kind;
    }

    private static void removeLeft(DockerClient docker, String name) {
        for (Network network : docker.listNetworksCmd().withNameFilter(name).exec()) {
            if (network.getName().equals(name)) {
                docker.removeNetworkCmd(network.getId()).exec();
            }
        }
    }
}
