package dev.berth.replay.read;

import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;

/** What every reader needs to find the topics of an installation. */
public record Topics(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue catalogue) {}
