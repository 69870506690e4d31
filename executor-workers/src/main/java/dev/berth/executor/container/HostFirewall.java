package dev.berth.executor.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of this machine an instance's containers reach: the Runtime APIs, and nothing else that happens to listen on all of its
 * addresses, or on that of their bridge.
 *
 * <p>Docker's own rules keep what is forwarded in, and those of its chain DOCKER-USER too; what is for the machine itself passes
 * through INPUT only. There, all that comes from the instance's bridges is led into a chain of the instance, which ends with a
 * DROP. Each Runtime API has a rule of its own above it for as long as its container lives: ports come and go, and a range of
 * them could hold somebody else's.
 *
 * <p>That takes the right to change the machine's firewall, which root has. Without it, containers run all the same, and {@link
 * #lack} says what they reach. What a killed process left is replaced by its successor of the same instance. Thread-safe.
 */
final class HostFirewall implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostFirewall.class);
    private static final long PATIENCE_SECONDS = 20;
    // Where clouds keep the credentials of their machines (169.254.169.254), and nothing that code needs.
    private static final String LINK_LOCAL = "169.254.0.0/16";

    private final String chain;
    private final String gateway;
    private final List<List<String>> entrances;
    private final String lack;

    /**
     * Closes the machine to some bridges.
     *
     * @param chain of the instance, at most 28 characters
     * @param gateway where its Runtime APIs listen
     * @param bridges the interfaces of its networks
     */
    HostFirewall(String chain, String gateway, List<String> bridges) {
        this.chain = chain;
        this.gateway = gateway;
        this.entrances = new ArrayList<>();
        for (String bridge : bridges) {
            entrances.add(List.of("INPUT", "-i", bridge, "-j", chain));
            entrances.add(List.of("DOCKER-USER", "-i", bridge, "-d", LINK_LOCAL, "-j", "DROP"));
        }
        Optional<String> refused = put();
        this.lack = refused.map(HostFirewall::consequence).orElse(null);
        refused.ifPresent(why -> remove());
    }

    private static String consequence(String why) {
        return "containers reach whatever listens on all addresses of this machine, because its firewall cannot be set ("
                + why + "); run Berth as root or with CAP_NET_ADMIN, and with iptables installed, to close it";
    }

    /** What containers can reach for want of rights here, in words for the operator; empty if all is closed. */
    Optional<String> lack() {
        return Optional.ofNullable(lack);
    }

    /**
     * Begins to let containers in to a port of the gateway.
     *
     * @return to be waited for before a container needs it
     */
    Opening open(int port) throws IOException {
        return new Opening(lack != null ? null : start(concat(List.of("-I", chain, "1"), allowance(port))));
    }

    /** Takes back an {@link #open}. */
    void shut(int port) {
        if (lack == null) {
            run(concat(List.of("-D", chain), allowance(port)))
                    .ifPresent(why -> log.debug("A rule was gone already chain={} port={} cause={}", chain, port, why));
        }
    }

    /** Removes all rules of the instance. */
    @Override
    public void close() {
        if (lack == null) {
            remove();
        }
    }

    /** A rule on its way into the firewall. */
    static final class Opening {
        private final Process process;

        private Opening(Process process) {
            this.process = process;
        }

        /** Waits until it is there. */
        void await() throws IOException {
            Optional<String> refused = process == null ? Optional.empty() : outcome(process);
            if (refused.isPresent()) {
                throw new IOException("the machine's firewall took no rule for its Runtime API: " + refused.get());
            }
        }
    }

    private List<String> allowance(int port) {
        return List.of("-d", gateway, "-p", "tcp", "--dport", Integer.toString(port), "-j", "ACCEPT");
    }

    private Optional<String> put() {
        remove();
        Optional<String> refused = run(List.of("-N", chain)).or(() -> run(List.of("-A", chain, "-j", "DROP")));
        for (List<String> entrance : entrances) {
            refused = refused.or(() -> run(insert(entrance)));
        }
        return refused;
    }

    private static List<String> insert(List<String> entrance) {
        return concat(List.of("-I", entrance.get(0), "1"), entrance.subList(1, entrance.size()));
    }

    private void remove() {
        for (List<String> entrance : entrances) {
            run(concat(List.of("-D"), entrance));
        }
        run(List.of("-F", chain));
        run(List.of("-X", chain));
    }

    /** Why it was refused; empty if it was not. */
    private static Optional<String> run(List<String> rule) {
        try {
            return outcome(start(rule));
        } catch (IOException e) {
            return Optional.of("iptables does not run: " + e.getMessage());
        }
    }

    private static Process start(List<String> rule) throws IOException {
        // Whoever else changes the firewall at the moment is waited for.
        return new ProcessBuilder(concat(List.of("iptables", "-w", "10"), rule))
                .redirectErrorStream(true)
                // A pipe would stay open until the garbage collector comes by.
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    private static Optional<String> outcome(Process process) throws IOException {
        try (var output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("iptables does not end");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(said.strip().replaceAll("\\s*\\R\\s*", " "));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the firewall was changed", e);
        }
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
