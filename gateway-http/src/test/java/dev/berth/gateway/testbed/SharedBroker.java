package dev.berth.gateway.testbed;

import dev.berth.embedded.EmbeddedBroker;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of a run; each test class has topics of its own by their prefix. */
public final class SharedBroker implements BeforeAllCallback {
    private static volatile String bootstrapServers;

    private record Running(EmbeddedBroker broker) implements AutoCloseable {
        @Override
        public void close() {
            broker.close();
        }
    }

    /** Where it listens. */
    public static String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        var running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
                .getOrComputeIfAbsent(
                        "broker",
                        key -> new Running(EmbeddedBroker.start(EmbeddedBroker.Config.temporary())),
                        Running.class);
        bootstrapServers = running.broker().bootstrapServers();
    }
}
