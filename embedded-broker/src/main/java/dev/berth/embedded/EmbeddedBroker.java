package dev.berth.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this process, on loopback unless it is told otherwise, with its data in one folder.
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary())) {
 *     KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
 * }
 * }</pre>
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int NODE_ID = 1;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String FORMATTED = "meta.properties";

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final Path deleteOnClose;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers, Path deleteOnClose) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
        this.deleteOnClose = deleteOnClose;
    }

    /**
     * Where and on which port.
     *
     * @param dataDir the broker's logs; formatted on first use, kept from then on
     * @param port 0 takes a free one
     * @param host the address to listen on
     * @param name by which clients reach that address
     * @param deleteOnClose delete the data on close
     * @param further properties of Kafka's broker, before those that are set here
     */
    public record Config(
            Path dataDir, int port, String host, String name, boolean deleteOnClose, Map<String, String> further) {
        public Config(Path dataDir, int port) {
            this(dataDir, port, LOOPBACK, LOOPBACK, false, Map.of());
        }

        /** The same with further properties. */
        public Config with(Map<String, String> others) {
            return new Config(dataDir, port, host, name, deleteOnClose, others);
        }

        /** The same for clients of other machines. */
        public Config at(String address, String knownAs) {
            return new Config(dataDir, port, address, knownAs, deleteOnClose, further);
        }

        /** A free port, and a folder that goes with the broker. */
        public static Config temporary() {
            try {
                return new Config(Files.createTempDirectory("berth-broker-"), 0, LOOPBACK, LOOPBACK, true, Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException("No temporary folder can be made for the embedded broker", e);
            }
        }
    }

    /**
     * Starts a broker and returns when it answers, three to four seconds later.
     *
     * @throws IllegalStateException if the port is taken or the data cannot be read; the message says what to do
     */
    public static EmbeddedBroker start(Config config) {
        int port = config.port() == 0 ? freePort() : config.port();
        requireFree(port);
        int controllerPort = freePort();
        try {
            Files.createDirectories(config.dataDir());
            format(config.dataDir());
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The embedded broker cannot use its data folder " + config.dataDir() + ": " + e.getMessage()
                            + ". Give another folder, or delete this one to start empty.",
                    e);
        }
        Properties properties = properties(config, port, controllerPort);
        properties.putAll(config.further());
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IllegalStateException(
                    "The embedded broker did not start on port " + port + ": " + rootMessage(e), e);
        }
        log.info("Embedded broker started bootstrap={}:{} data={}", config.name(), port, config.dataDir());
        return new EmbeddedBroker(server, config.name() + ":" + port, config.deleteOnClose() ? config.dataDir() : null);
    }

    /** Host and port for Kafka clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker; waits until its files are closed. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        if (deleteOnClose != null) {
            delete(deleteOnClose);
        }
    }

    private static Properties properties(Config config, int port, int controllerPort) {
        var p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put(
                "listeners",
                "PLAINTEXT://" + config.host() + ":" + port + ",CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://" + config.name() + ":" + port);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", config.dataDir().toString());
        // One node has nobody to replicate to.
        p.put("default.replication.factor", "1");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("auto.create.topics.enable", "true");
        p.put("num.partitions", "1");
        // The default preallocates 20 MB of index for each of a hundred partitions.
        p.put("log.index.size.max.bytes", Integer.toString(512 * 1024));
        p.put("log.segment.bytes", Integer.toString(128 * 1024 * 1024));
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024));
        p.put("log.cleaner.threads", "1");
        p.put("message.max.bytes", Integer.toString(8 * 1024 * 1024));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        // A process that was killed must not hold its partitions for 45 s when it is started again.
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("group.streams.initial.rebalance.delay.ms", "0");
        p.put("group.streams.min.session.timeout.ms", "3000");
        p.put("group.streams.session.timeout.ms", "6000");
        p.put("group.streams.min.heartbeat.interval.ms", "100");
        p.put("group.streams.heartbeat.interval.ms", "300");
        p.put("group.consumer.min.session.timeout.ms", "3000");
        p.put("group.consumer.session.timeout.ms", "6000");
        p.put("group.consumer.min.heartbeat.interval.ms", "500");
        p.put("group.consumer.heartbeat.interval.ms", "1000");
        // Nor must a broker that was killed wait nine seconds for its own old registration to end.
        p.put("broker.session.timeout.ms", "3000");
        p.put("broker.heartbeat.interval.ms", "500");
        return p;
    }

    private static void format(Path dataDir) throws Exception {
        if (Files.exists(dataDir.resolve(FORMATTED))) {
            return;
        }
        new Formatter()
                .setPrintStream(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()))
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(dataDir.toString())
                .setMetadataLogDirectory(dataDir.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .run();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("No free port on " + LOOPBACK, e);
        }
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Port " + port + " for Kafka is taken (" + e.getMessage()
                            + "). Stop what uses it, or choose another port; 0 takes a free one.",
                    e);
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    private static void delete(Path dir) {
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log.warn("Temporary broker data is left behind dir={} cause={}", dir, e.toString());
        }
    }
}
