package dev.berth.gateway.registry.core;

import java.util.Optional;

/** One question or order to the registry; each is one endpoint of Confluent's REST API. */
public sealed interface RegistryRequest {

    /**
     * A schema as a client sends it.
     *
     * @param type Confluent's schemaType; absent means AVRO
     * @param references how many other subjects it refers to; none are supported
     */
    record SchemaText(String schema, Optional<String> type, int references) {}

    /** POST /subjects/{subject}/versions: finds or adds the schema. */
    record Register(String subject, SchemaText schema) implements RegistryRequest {}

    /** POST /subjects/{subject}: which version of the subject is this schema? */
    record Lookup(String subject, SchemaText schema) implements RegistryRequest {}

    /** GET /subjects. */
    record Subjects() implements RegistryRequest {}

    /** GET /subjects/{subject}/versions. */
    record Versions(String subject) implements RegistryRequest {}

    /** GET /subjects/{subject}/versions/{version}, where version is a number or {@code latest}. */
    record Version(String subject, String version) implements RegistryRequest {}

    /** GET /schemas/ids/{id}. */
    record SchemaById(String id) implements RegistryRequest {}

    /** GET /schemas/types. */
    record SchemaTypes() implements RegistryRequest {}

    /** POST /compatibility/subjects/{subject}/versions/{version}: would the schema be accepted after that version? */
    record Compatibility(String subject, String version, SchemaText schema, boolean verbose)
            implements RegistryRequest {}

    /** GET /config or GET /config/{subject}. */
    record GetConfig(Optional<String> subject, boolean defaultToGlobal) implements RegistryRequest {}

    /** PUT /config or PUT /config/{subject}. */
    record PutConfig(Optional<String> subject, String level) implements RegistryRequest {}
}
