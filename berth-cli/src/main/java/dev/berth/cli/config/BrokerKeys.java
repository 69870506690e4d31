package dev.berth.cli.config;

import java.util.List;

/** What the broker for development can be told. */
public final class BrokerKeys {
    public static final Key<String> HOST = Key.text(
            "broker.host",
            "HOST",
            "127.0.0.1",
            "Where Kafka and the schema registry listen. Neither asks for a password: let only those reach it who may do everything.");
    public static final Key<String> NAME =
            Key.text("broker.name", "HOST", "", "The name by which clients reach broker.host, if it is another.");
    public static final Key<Integer> KAFKA_PORT =
            Key.port("broker.port", 9092, "The port of Kafka; 0 takes a free one.");
    public static final Key<Integer> REGISTRY_PORT =
            Key.port("registry.port", 8081, "The port of the schema registry; 0 takes a free one.");

    static final List<Key<?>> ALL = List.of(HOST, NAME, KAFKA_PORT, REGISTRY_PORT);

    private BrokerKeys() {}
}
