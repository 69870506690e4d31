/**
 * The contract between Berth's parts: what is on each topic and how its bytes are laid out.
 *
 * <p>In come Avro schemas (src/main/avro) and the address of a registry; out go generated record classes, codecs in
 * Confluent's wire format, the {@link dev.berth.schemas.TopicCatalogue} and the settings of Kafka clients that suit the way
 * of an invocation. Decides: names, partitions and retention of topics; nothing about routing. Knows no other module.
 */
package dev.berth.schemas;
