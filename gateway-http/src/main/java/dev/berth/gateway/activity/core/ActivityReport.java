package dev.berth.gateway.activity.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.starts.core.Histogram;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What ended in a stretch of time: how much, how fast, in which containers. One thread. */
public final class ActivityReport {
    /** Rows of functions and of keys that are told. */
    private static final int ROWS = 20;
    /** Keys that are told apart while counting; a stretch has some ten thousand outcomes at most. */
    private static final int MOST_KEYS = 20_000;

    private record Key(String function, String value) {}

    private static final class OfKey {
        long ended;
        String container;
        String instance;
    }

    private static final class OfFunction {
        final Histogram total = new Histogram();
        long failed;
        long warm;
    }

    private final Map<String, Long> statuses = new TreeMap<>();
    private final Map<String, Long> reuses = new TreeMap<>();
    private final Map<String, Histogram> stages = new LinkedHashMap<>();
    private final Map<String, OfFunction> functions = new HashMap<>();
    private final Map<Key, OfKey> keys = new HashMap<>();
    private long ended;

    public ActivityReport() {
        for (String stage : new String[] {"total", "start", "route", "receive", "wait", "run", "reply"}) {
            stages.put(stage, new Histogram());
        }
    }

    /** Counts an invocation that ended. */
    public void add(Outcome outcome) {
        Result last = outcome.getResult();
        Timings at = last.getTimings();
        ended++;
        count(statuses, outcome.getStatus());
        if (last.getReuse() != null) {
            count(reuses, last.getReuse());
        }
        stage("total", at.getPublishedUs(), outcome.getCompletedUs());
        stage("start", at.getPublishedUs(), at.getStartedUs());
        if (last.getAttempt() <= 1) {
            stage("route", at.getPublishedUs(), at.getRoutedUs());
        }
        stage("receive", at.getRoutedUs(), at.getReceivedUs());
        stage("wait", at.getReceivedUs(), at.getStartedUs());
        stage("run", at.getStartedUs(), at.getEndedUs());
        stage("reply", at.getEndedUs(), outcome.getCompletedUs());

        OfFunction function = functions.computeIfAbsent(last.getFunction(), first -> new OfFunction());
        function.total.add(Math.max(0, outcome.getCompletedUs() - at.getPublishedUs()));
        function.failed += outcome.getStatus() == OutcomeStatus.SUCCEEDED ? 0 : 1;
        function.warm += last.getReuse() == dev.berth.schemas.Reuse.WARM ? 1 : 0;
        key(last);
    }

    /**
     * The figures.
     *
     * @param seconds of the stretch
     * @param whole whether all of it was read
     */
    public ObjectNode json(double seconds, boolean whole) {
        ObjectNode json = Json.object()
                .put("seconds", seconds)
                .put("whole", whole)
                .put("ended", ended)
                .put("perSecond", rounded(ended / seconds));
        statuses.forEach(json.putObject("statuses")::put);
        reuses.forEach(json.putObject("reuse")::put);
        ObjectNode latencies = json.putObject("latencies");
        stages.forEach((stage, times) -> latencies.set(stage, json(times)));
        ArrayNode busiest = json.putArray("functions");
        functions.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, OfFunction>>comparingLong(
                                row -> -row.getValue().total.count())
                        .thenComparing(Map.Entry::getKey))
                .limit(ROWS)
                .forEach(row -> {
                    OfFunction of = row.getValue();
                    busiest.add(json(of.total)
                            .put("function", row.getKey())
                            .put("perSecond", rounded(of.total.count() / seconds))
                            .put("failed", of.failed)
                            .put("warm", of.warm));
                });
        ArrayNode hottest = json.putArray("keys");
        keys.entrySet().stream()
                .sorted(Comparator.<Map.Entry<Key, OfKey>>comparingLong(row -> -row.getValue().ended)
                        .thenComparing(row -> row.getKey().function())
                        .thenComparing(row -> row.getKey().value()))
                .limit(ROWS)
                .forEach(row -> hottest.addObject()
                        .put("function", row.getKey().function())
                        .put("key", row.getKey().value())
                        .put("ended", row.getValue().ended)
                        .put("perSecond", rounded(row.getValue().ended / seconds))
                        .put("container", row.getValue().container)
                        .put("instance", row.getValue().instance));
        return json;
    }

    private void key(Result last) {
        if (last.getRoutingValue() == null) {
            return;
        }
        Key key = new Key(last.getFunction(), last.getRoutingValue());
        OfKey known = keys.get(key);
        if (known == null) {
            if (keys.size() >= MOST_KEYS) {
                return;
            }
            known = new OfKey();
            keys.put(key, known);
        }
        known.ended++;
        known.container = last.getContainerId();
        known.instance = last.getInstanceId();
    }

    private void stage(String name, long fromUs, long toUs) {
        if (fromUs > 0 && toUs > 0) {
            stages.get(name).add(Math.max(0, toUs - fromUs));
        }
    }

    private static ObjectNode json(Histogram times) {
        return Json.object()
                .put("count", times.count())
                .put("p50Ms", rounded(times.quantileUs(0.5) / 1_000.0))
                .put("p99Ms", rounded(times.quantileUs(0.99) / 1_000.0))
                .put("maxMs", rounded(times.maxUs() / 1_000.0));
    }

    private static void count(Map<String, Long> counts, Enum<?> what) {
        counts.merge(what.name().toLowerCase(Locale.ROOT).replace('_', '-'), 1L, Long::sum);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
