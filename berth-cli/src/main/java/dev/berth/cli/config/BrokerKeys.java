package dev.berth.cli.config;

import java.util.List;

/** What the broker for development can be told. */
public final class BrokerKeys {
    public static final Key<Integer> KAFKA_PORT =
            Key.port("broker.port", 9092, "The port of Kafka, on loopback; 0 takes a free one.");
    public static final Key<Integer> REGISTRY_PORT =
            Key.port("registry.port", 8081, "The port of the schema registry, on loopback; 0 takes a free one.");

    static final List<Key<?>> ALL = List.of(KAFKA_PORT, REGISTRY_PORT);

    private BrokerKeys() {}
}
