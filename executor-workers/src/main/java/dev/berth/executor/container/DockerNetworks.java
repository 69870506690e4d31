package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The networks of an instance, and what they are let in to on this machine. */
final class DockerNetworks {
    private static final Logger log = LoggerFactory.getLogger(DockerNetworks.class);

    private final DockerNetwork closed;
    private final Optional<DockerNetwork> open;
    private final HostFirewall firewall;

    private DockerNetworks(DockerNetwork closed, Optional<DockerNetwork> open, HostFirewall firewall) {
        this.closed = closed;
        this.open = open;
        this.firewall = firewall;
    }

    /** Makes them anew, in the place of what a killed run left. */
    static DockerNetworks create(DockerClient docker, Map<String, String> labels, boolean allowNetwork) {
        DockerNetwork closed = DockerNetwork.closed(docker, labels);
        DockerNetwork open = null;
        try {
            if (allowNetwork) {
                open = DockerNetwork.open(docker, labels);
            } else {
                DockerNetwork.removeLeftOpen(docker, labels);
            }
        } catch (RuntimeException e) {
            closed.remove(docker);
            throw e;
        }
        // Both, whether or not there is an open one now: what a former run left for it must go too.
        HostFirewall firewall = new HostFirewall(
                "BERTH-" + DockerNetwork.shortName(labels), closed.gateway(), DockerNetwork.bridges(labels));
        firewall.lack().ifPresent(lack -> log.warn("instance={}: {}", labels.get(DockerRuntime.INSTANCE), lack));
        return new DockerNetworks(closed, Optional.ofNullable(open), firewall);
    }

    /** Where the Runtime APIs of all containers listen. */
    String gateway() {
        return closed.gateway();
    }

    /** See {@link HostFirewall#lack}. */
    Optional<String> lack() {
        return firewall.lack();
    }

    /**
     * The one that a container is to be in.
     *
     * @throws ContainerStartException if it asks for a way out and the operator allows none
     */
    DockerNetwork of(ContainerSpec spec) throws ContainerStartException {
        if (!spec.network()) {
            return closed;
        }
        return open.orElseThrow(() -> new ContainerStartException(
                "Runtime.NetworkNotAllowed",
                "The function " + spec.function() + " asks for the network outside, which this instance gives to none. "
                        + "Deploy it without --network, or have the operator start Berth with --allow-network."));
    }

    /** The port of a container's Runtime API. */
    static int portOf(ContainerSpec spec) {
        String address = spec.apiAddress();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** See {@link HostFirewall#open}. */
    HostFirewall.Opening open(int port) throws IOException {
        return firewall.open(port);
    }

    /** Takes back an {@link #open}. */
    void shut(int port) {
        firewall.shut(port);
    }

    /** Removes all of it; no container may be left in it. */
    void remove(DockerClient docker) {
        firewall.close();
        closed.remove(docker);
        open.ifPresent(network -> network.remove(docker));
    }
}
