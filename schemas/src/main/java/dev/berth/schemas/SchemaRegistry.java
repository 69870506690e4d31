package dev.berth.schemas;

import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;

/**
 * A Confluent-compatible schema registry: ids for schemas and schemas for ids.
 *
 * <p>The only class that sees the Confluent client, which comes relocated inside a Flink artefact because
 * {@code io.confluent} is not on Maven Central; to take it from elsewhere, change the imports here. Thread-safe; answers
 * that do not change are cached.
 */
public final class SchemaRegistry {
    private static final int CACHED_SCHEMAS = 1_000;
    // An id that nobody knows must not cost a round trip for each bad record; a schema registered late is seen this
    // soon.
    private static final long MISSING_ID_CACHE_SECONDS = 5;

    private final SchemaRegistryClient client;

    private SchemaRegistry(SchemaRegistryClient client) {
        this.client = client;
    }

    /**
     * The registry at an address.
     *
     * @param url such as {@code http://127.0.0.1:8081}; not contacted until a schema is asked for
     */
    public static SchemaRegistry connect(String url) {
        return new SchemaRegistry(new CachedSchemaRegistryClient(
                url, CACHED_SCHEMAS, Map.of("missing.id.cache.ttl.sec", MISSING_ID_CACHE_SECONDS)));
    }

    /** A registry inside this process, for tests of topologies that need no network. */
    public static SchemaRegistry inMemory() {
        return new SchemaRegistry(new MockSchemaRegistryClient());
    }

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return the schema's id
     * @throws RegistryException if the registry cannot be reached, or finds the schema incompatible with the subject's last
     */
    public int register(String subject, Schema schema) {
        try {
            return client.register(subject, new AvroSchema(schema.toString()));
        } catch (IOException e) {
            throw new RegistryException(
                    "The schema registry cannot be reached to register " + subject + " (" + e.getMessage()
                            + "). Is it running, and is its address right?",
                    e);
        } catch (RestClientException e) {
            throw new RegistryException("The schema registry refused " + subject + ": " + e.getMessage(), e);
        }
    }

    /**
     * The schema that was registered with an id.
     *
     * @throws UndecodableException if the registry does not know the id
     * @throws RegistryException if the registry cannot be reached
     */
    public Schema byId(int id) throws UndecodableException {
        try {
            return new Schema.Parser()
                    .parse(client.getSchemaById(id).rawSchema().toString());
        } catch (RestClientException e) {
            if (e.getStatus() == 404) {
                throw unknown(id, e);
            }
            throw new RegistryException("The schema registry failed on schema id " + id + ": " + e.getMessage(), e);
        } catch (IOException e) {
            if (client instanceof MockSchemaRegistryClient) {
                throw unknown(id, e);
            }
            throw new RegistryException("The schema registry cannot be reached for schema id " + id, e);
        }
    }

    private static UndecodableException unknown(int id, Exception cause) {
        return new UndecodableException(
                UndecodableException.Reason.UNKNOWN_SCHEMA,
                "The record names schema id " + id
                        + ", which the schema registry does not know. Register the schema, or "
                        + "publish through the registry that Berth uses.",
                cause);
    }

    /** The registry did not do its work: a fault of the environment, not of a record. */
    public static final class RegistryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RegistryException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
