package dev.berth.schemas;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.core.JsonProcessingException;

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
        return connect(new RegistryAccess(url, "", "", Map.of()));
    }

    /** The same with a user, a password and TLS. */
    public static SchemaRegistry connect(RegistryAccess access) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("missing.id.cache.ttl.sec", MISSING_ID_CACHE_SECONDS);
        if (!access.user().isEmpty()) {
            settings.put("basic.auth.credentials.source", "USER_INFO");
            settings.put("basic.auth.user.info", access.user() + ":" + access.password());
        }
        access.tls().forEach((name, value) -> settings.put("schema.registry." + name, value));
        return new SchemaRegistry(new CachedSchemaRegistryClient(access.url(), CACHED_SCHEMAS, settings));
    }

    /** A registry inside this process, for tests of topologies that need no network. */
    public static SchemaRegistry inMemory() {
        return new SchemaRegistry(new MockSchemaRegistryClient());
    }

    /**
     * Asks something that every registry can answer.
     *
     * @param prefix of the subjects that it is asked for
     * @throws RegistryException if it does not answer, or not as a registry does; {@link RegistryException#mayPass} tells which
     */
    public void check(String prefix) {
        try {
            client.getAllSubjectsByPrefix(prefix);
        } catch (JsonProcessingException e) {
            throw new RegistryException("What answers there is no schema registry with Confluent's API.", e, false);
        } catch (IOException e) {
            throw new RegistryException("The schema registry does not answer (" + e.getMessage() + ").", e, true);
        } catch (RestClientException e) {
            throw new RegistryException(
                    "The schema registry refused: " + e.getMessage() + " (HTTP " + e.getStatus() + ").",
                    e,
                    e.getStatus() >= 500);
        }
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

        private final boolean passing;

        RegistryException(String message, Throwable cause) {
            this(message, cause, true);
        }

        RegistryException(String message, Throwable cause, boolean passing) {
            super(message, cause);
            this.passing = passing;
        }

        /** Whether to ask again later may help. */
        public boolean mayPass() {
            return passing;
        }
    }
}
