package dev.berth.schemas;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How Berth's parts reach a Kafka cluster: the address, what security needs, and the settings that keep the three hops of a
 * synchronous call short.
 *
 * @param bootstrapServers host:port, comma-separated
 * @param security further client properties (TLS, SASL), passed on as they are
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> security) {
    public KafkaSettings {
        Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        security = Map.copyOf(security);
    }

    /** A cluster without security. */
    public static KafkaSettings at(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, Map.of());
    }

    /** Properties common to all clients, the admin client's among them. */
    public Map<String, Object> client(String clientId) {
        Map<String, Object> config = new HashMap<>(security);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        return config;
    }

    /** A producer on the way of an invocation: sends at once, is acknowledged by all in-sync replicas, does not double. */
    public Map<String, Object> producer(String clientId) {
        Map<String, Object> config = client(clientId);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Limits.RECORD_BYTES);
        return config;
    }

    /** A consumer on the way of an invocation: woken by the first byte, assigned by hand, commits nothing. */
    public Map<String, Object> consumer(String clientId) {
        Map<String, Object> config = client(clientId);
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return config;
    }

    /** Without the values of what security needs: some are secrets. */
    @Override
    public String toString() {
        return "KafkaSettings[" + bootstrapServers + ", security=" + new TreeSet<>(security.keySet()) + "]";
    }
}
