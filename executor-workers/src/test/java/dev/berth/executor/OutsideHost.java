package dev.berth.executor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A host beyond this machine: a network namespace of its own with one server in it, at an address that is for documentation
 * (RFC 5737), reached over a pair of virtual interfaces.
 */
final class OutsideHost implements AutoCloseable {
    static final String ADDRESS = "198.51.100.2";
    private static final String NAMESPACE = "berth-test-out";
    private static final String SERVER = "import socket\n"
            + "s = socket.create_server(('" + ADDRESS + "', 0))\n"
            + "print(s.getsockname()[1], flush=True)\n"
            + "while True: s.accept()[0].close()\n";

    private final Process server;
    private final int port;

    OutsideHost() throws IOException {
        remove();
        Command.output("ip", "netns", "add", NAMESPACE);
        try {
            Command.output(
                    "ip", "link", "add", "berthout0", "type", "veth", "peer", "name", "berthout1", "netns", NAMESPACE);
            Command.output("ip", "addr", "add", "198.51.100.1/30", "dev", "berthout0");
            Command.output("ip", "link", "set", "berthout0", "up");
            Command.output("ip", "-n", NAMESPACE, "addr", "add", ADDRESS + "/30", "dev", "berthout1");
            Command.output("ip", "-n", NAMESPACE, "link", "set", "berthout1", "up");
            server = new ProcessBuilder("ip", "netns", "exec", NAMESPACE, "python3", "-c", SERVER)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            port = Integer.parseInt(said.readLine());
        } catch (IOException | RuntimeException e) {
            remove();
            throw e;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        server.destroyForcibly();
        remove();
    }

    /** Its end takes the interfaces with it. */
    private static void remove() {
        try {
            Command.output("ip", "link", "del", "berthout0");
        } catch (IllegalStateException e) {
            // It was not there.
        }
        try {
            Command.output("ip", "netns", "del", NAMESPACE);
        } catch (IllegalStateException e) {
            return; // Nor was that.
        }
    }
}
