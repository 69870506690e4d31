package dev.berth.router.streams;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Command;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;

/** The codecs that all router tasks of a process share. Results and replies hold the same record under two subjects. */
record RouterCodecs(
        AvroCodec<Invocation> invocation,
        AvroCodec<Command> command,
        AvroCodec<Dispatch> dispatch,
        AvroCodec<Result> result,
        AvroCodec<Outcome> outcome,
        DeadLetters deadLetters,
        RouterStores.Codecs stores) {

    static RouterCodecs of(TopicCatalogue topics, SchemaRegistry registry) {
        return new RouterCodecs(
                topics.invocations().codec(registry),
                topics.commands().codec(registry),
                topics.dispatch().codec(registry),
                topics.replies().codec(registry),
                topics.outcomes().codec(registry),
                new DeadLetters(topics.deadLetters().codec(registry)),
                RouterStores.Codecs.of(topics, registry));
    }
}
