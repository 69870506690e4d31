package dev.berth.gateway.testbed;

import dev.berth.embedded.EmbeddedBroker;

/** One broker for all tests of this JVM, started when the first asks; each test class has topics of its own by their prefix. */
public final class SharedBroker {
    private SharedBroker() {}

    /** Begun by the first who asks, and one at a time. */
    private static final class Running {
        private static final EmbeddedBroker BROKER = EmbeddedBroker.start(EmbeddedBroker.Config.temporary());

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close, "shared-broker-close"));
        }
    }

    /** Where it listens. */
    public static String bootstrapServers() {
        return Running.BROKER.bootstrapServers();
    }
}
