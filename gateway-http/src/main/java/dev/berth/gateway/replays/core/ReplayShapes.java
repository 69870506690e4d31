package dev.berth.gateway.replays.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.replay.core.Comparison;
import dev.berth.replay.core.LeftOut;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayOutcome;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.ReplayWanted;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Replays as clients see them. */
public final class ReplayShapes {
    private ReplayShapes() {}

    /** A replay and how far it is. */
    public static ObjectNode whole(Replay replay, Optional<ReplayStatus> status) {
        long records = replay.getRanges().stream()
                .mapToLong(range -> range.getToOffset() - range.getFromOffset())
                .sum();
        ObjectNode json = Json.object()
                .put("id", replay.getId())
                .put("source", word(replay.getSource()))
                .put("topic", replay.getTopic())
                .put("state", state(replay, status))
                .put("wanted", word(replay.getWanted()))
                .put("createdMs", replay.getCreatedMs())
                .put("records", records);
        filters(json, replay);
        status.ifPresent(known -> progress(json, replay, known, records));
        return json;
    }

    /** What a client may wait for: whether it is over, and how. */
    static String state(Replay replay, Optional<ReplayStatus> status) {
        ReplayState state = status.map(ReplayStatus::getState).orElse(ReplayState.UNKNOWN);
        // Resumed, and not taken up yet.
        boolean waits = state == ReplayState.UNKNOWN
                || (replay.getWanted() == ReplayWanted.RUNNING
                        && (state == ReplayState.STOPPED
                                || (state == ReplayState.FAILED
                                        && replay.getModifiedMs()
                                                > status.orElseThrow().getAtMs())));
        return waits ? "waiting" : word(state);
    }

    private static void filters(ObjectNode json, Replay replay) {
        if (replay.getFromMs() > 0) {
            json.put("fromMs", replay.getFromMs());
        }
        if (replay.getToMs() < Long.MAX_VALUE) {
            json.put("toMs", replay.getToMs());
        }
        put(json, "function", replay.getFunction());
        put(json, "key", replay.getKey());
        if (replay.getOutcome() != ReplayOutcome.ANY) {
            json.put("outcome", word(replay.getOutcome()));
        }
        put(json, "reason", replay.getReason());
        put(json, "sourceTopic", replay.getSourceTopic());
        if (replay.getIntoFunction() != null) {
            json.put(
                    "into",
                    replay.getIntoFunction()
                            + (replay.getIntoQualifier() == null ? "" : ":" + replay.getIntoQualifier()));
        }
        json.put("ratePerSecond", replay.getRatePerSecond());
        json.put("maxUnfinished", replay.getMaxUnfinished());
        json.put("suppressSideEffects", replay.getSuppressSideEffects());
    }

    private static void progress(ObjectNode json, Replay replay, ReplayStatus status, long records) {
        Map<Integer, Long> begin = new TreeMap<>();
        replay.getRanges().forEach(range -> begin.put(range.getPartition(), range.getFromOffset()));
        long read = status.getPositions().stream()
                .mapToLong(at -> at.getRead() - begin.getOrDefault(at.getPartition(), at.getRead()))
                .sum();
        long finished = status.getPositions().stream()
                .mapToLong(at -> at.getOffset() - begin.getOrDefault(at.getPartition(), at.getOffset()))
                .sum();
        boolean done = status.getState() == ReplayState.DONE;
        json.put("startedMs", status.getStartedMs());
        json.put("atMs", status.getAtMs());
        json.put("read", read);
        json.put("finished", finished);
        json.put("progress", done || records == 0 ? 1.0 : (double) finished / records);
        json.set("counts", counts(status.getCounts()));
        json.put("unfinished", status.getUnfinished());
        if (status.getState() == ReplayState.RUNNING) {
            json.put("endedPerSecond", status.getEndedPerSecond());
            json.put("readPerSecond", status.getReadPerSecond());
            if (status.getReadPerSecond() > 0) {
                json.put("etaSeconds", Math.round((records - read) / status.getReadPerSecond()));
            }
        }
        put(json, "error", status.getError());
    }

    /** Counts; what is other tenants' is not told. */
    public static ObjectNode counts(ReplayCounts counts) {
        ObjectNode json = Json.object()
                .put("published", counts.getPublished())
                .put("succeeded", counts.getSucceeded())
                .put("failed", counts.getFailed())
                .put("putBack", counts.getPutBack());
        json.set("leftOut", leftOut(counts));
        return json;
    }

    /** What a dry run found. */
    public static ObjectNode dryRun(Replay replay, ReplayCounts counts) {
        ObjectNode json = Json.object()
                .put("dryRun", true)
                .put("source", word(replay.getSource()))
                .put("topic", replay.getTopic())
                .put("wouldRun", counts.getPublished())
                .put("wouldPutBack", counts.getPutBack());
        json.set("leftOut", leftOut(counts));
        return json;
    }

    private static ObjectNode leftOut(ReplayCounts counts) {
        ObjectNode json = Json.object();
        new TreeMap<>(counts.getLeftOut()).forEach((word, count) -> {
            if (!word.equals(LeftOut.OTHER_TENANT.word())) {
                json.put(word, count);
            }
        });
        return json;
    }

    /** Two results that differ. */
    public static ObjectNode difference(
            Comparison.Kind kind, Outcome original, Outcome replayed, Optional<JsonNode> diff) {
        ObjectNode json = Json.object()
                .put("kind", kind.word())
                .put("function", original.getResult().getFunction());
        put(json, "key", original.getResult().getRoutingValue());
        json.set("original", result(original));
        json.set("replayed", result(replayed));
        diff.ifPresent(patch -> json.set("diff", patch));
        return json;
    }

    private static ObjectNode result(Outcome outcome) {
        ObjectNode json = Json.object()
                .put("id", outcome.getInvocationId())
                .put("status", word(outcome.getStatus()))
                .put("version", outcome.getResult().getFunctionVersion());
        Comparison.compared(outcome).ifPresent(value -> json.set("result", value));
        return json;
    }

    private static void put(ObjectNode json, String name, String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
