package dev.berth.cli.demo;

import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Result;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where flights without an outcome were last seen, read from the dispatch, results and dead-letters topics. */
final class Whereabouts {
    private static final int NAMED = 5;

    private Whereabouts() {}

    /** A line for each place, with how many are there and the first few ids. */
    static List<String> of(List<Flight> missing, KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics) {
        Map<String, String> lastSeen = new HashMap<>();
        missing.forEach(flight -> lastSeen.put(flight.id(), "never dispatched by the router"));
        try (TopicReader<Dispatch> dispatches = new TopicReader<>(kafka, registry, topics.dispatch());
                TopicReader<Result> results = new TopicReader<>(kafka, registry, topics.results());
                TopicReader<DeadLetter> deadLetters = new TopicReader<>(kafka, registry, topics.deadLetters())) {
            dispatches.readToEnd(dispatch -> lastSeen.replace(
                    dispatch.getInvocation().getId(),
                    "dispatched to " + dispatch.getInstanceId() + ", without a result"));
            results.readToEnd(result -> lastSeen.replace(
                    result.getInvocationId(),
                    "result " + result.getStatus() + " of " + result.getInstanceId() + ", without an outcome"));
            deadLetters.readToEnd(letter -> {
                if (letter.getInvocationId() != null) {
                    lastSeen.replace(letter.getInvocationId(), "dead letter: " + letter.getReason());
                }
            });
        }
        Map<String, List<String>> idsByPlace = new LinkedHashMap<>();
        for (Flight flight : missing) {
            idsByPlace
                    .computeIfAbsent(lastSeen.get(flight.id()), place -> new ArrayList<>())
                    .add(flight.id() + " (" + flight.origin() + ")");
        }
        List<String> lines = new ArrayList<>();
        idsByPlace.forEach((place, ids) -> lines.add(ids.size() + " " + place + ": "
                + String.join(", ", ids.subList(0, Math.min(NAMED, ids.size())))
                + (ids.size() > NAMED ? ", ..." : "")));
        return lines;
    }
}
