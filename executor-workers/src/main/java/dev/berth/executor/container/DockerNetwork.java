package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.util.List;
import java.util.Map;

/**
 * The bridge of one instance's containers: internal, so that nothing leads out, and without traffic between containers. This
 * machine's end of it is where the Runtime API listens.
 *
 * <p>What remains: whatever else on this machine listens on all its addresses can be reached at that end too, and Docker has no
 * option against it that leaves the Runtime API reachable. A rule of this machine's firewall has: let the bridge's
 * network in to this process's ports only. And Docker's name server tells a container the names of its neighbours.
 */
record DockerNetwork(String id, String name, String gateway) {
    /** Makes the network anew; one of the same labels, left by a killed run, goes first. */
    static DockerNetwork create(DockerClient docker, String instanceId, Map<String, String> labels) {
        String home = labels.get(DockerRuntime.HOME);
        String name = "berth-" + instanceId + "-" + Integer.toHexString(home.hashCode());
        for (Network network : docker.listNetworksCmd().withNameFilter(name).exec()) {
            if (network.getName().equals(name)) {
                docker.removeNetworkCmd(network.getId()).exec();
            }
        }
        String id = docker.createNetworkCmd()
                .withName(name)
                .withDriver("bridge")
                .withInternal(true)
                .withCheckDuplicate(true)
                .withLabels(labels)
                .withOptions(Map.of("com.docker.network.bridge.enable_icc", "false"))
                .exec()
                .getId();
        List<Network.Ipam.Config> ranges =
                docker.inspectNetworkCmd().withNetworkId(id).exec().getIpam().getConfig();
        return new DockerNetwork(id, name, ranges.get(0).getGateway());
    }

    void remove(DockerClient docker) {
        try {
            docker.removeNetworkCmd(id).exec();
        } catch (NotFoundException e) {
            return; // As it should be.
        }
    }
}
