package dev.berth.cli.doctor;

import dev.berth.cli.local.Images;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This machine, as far as Berth cares.
 *
 * @param host its name
 * @param java the feature version of the Java that runs this
 * @param compiler whether that Java can build Berth
 * @param freeMb on the disk where Berth keeps its data
 * @param data where that is
 * @param engine whether a Docker engine answers
 * @param images whether the images are there that functions run in; of no meaning without an engine
 * @param takenPorts of those that {@code up} takes unless told otherwise
 */
public record Machine(
        String host,
        int java,
        boolean compiler,
        long freeMb,
        Path data,
        boolean engine,
        boolean images,
        List<Integer> takenPorts) {
    private static final long MB = 1024L * 1024;

    /**
     * Looks; takes some seconds if an engine hangs.
     *
     * @param home the repository
     * @param data where Berth keeps its data, or will
     * @param ports to be looked at
     */
    public static Machine here(Path home, Path data, List<Integer> ports) {
        boolean engine = Images.engineAnswers();
        return new Machine(
                hostName(),
                Runtime.version().feature(),
                ModuleLayer.boot().findModule("jdk.compiler").isPresent(),
                freeMb(data),
                data,
                engine,
                engine && new Images(home).arePresent(),
                taken(ports));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Of the nearest folder above that there is. */
    private static long freeMb(Path data) {
        Path there = data.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace() / MB;
        } catch (IOException e) {
            return 0;
        }
    }

    private static List<Integer> taken(List<Integer> ports) {
        List<Integer> taken = new ArrayList<>();
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                taken.add(port);
            }
        }
        return taken;
    }
}
