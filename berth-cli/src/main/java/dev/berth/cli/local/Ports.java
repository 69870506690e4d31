package dev.berth.cli.local;

import dev.berth.cli.text.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this machine, asked for before anything is started on them, so that a taken one is said in the words of its flag. */
public final class Ports {
    private Ports() {}

    /**
     * Checks that a port can be listened on.
     *
     * @param port 0 is always free
     * @param flag the option that sets it
     * @throws Failure if it is taken
     */
    static void requireFree(int port, String flag, String use) {
        requireFree(InetAddress.getLoopbackAddress(), port, flag + " N", use);
    }

    /**
     * The same for any address of this machine.
     *
     * @param setting how it is set, as the user writes it
     */
    public static void requireFree(InetAddress address, int port, String setting, String use) {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.TAKEN,
                    "Port " + port + " for " + use + " is taken (" + e.getMessage()
                            + "). Stop what uses it, or choose another with " + setting + "; 0 takes a free one.",
                    e);
        }
    }
}
