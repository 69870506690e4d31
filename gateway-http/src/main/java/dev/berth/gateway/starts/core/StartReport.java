package dev.berth.gateway.starts.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.StartPath;
import dev.berth.schemas.Timings;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The time from the publication of invocations to their start, for each way by which their containers came, against a bound; with
 * the stage that took most for each that missed it. One thread.
 */
public final class StartReport {
    private static final int SLOWEST = 5;
    private static final List<StartPath> PATHS = List.of(StartPath.WARM, StartPath.PREWARMED, StartPath.COLD);

    private record Miss(String id, String function, StartPath path, long tookUs, Map<Stage, Long> stages) {}

    private static final class Figures {
        final Histogram times = new Histogram();
        final Map<Stage, Long> causes = new EnumMap<>(Stage.class);
    }

    private final long boundUs;
    private final Map<StartPath, Figures> byPath = new EnumMap<>(StartPath.class);
    private final PriorityQueue<Miss> slowest = new PriorityQueue<>(Comparator.comparingLong(Miss::tookUs));

    /** @param boundMs what starts within it has not missed it */
    public StartReport(double boundMs) {
        this.boundUs = Math.round(boundMs * 1_000);
        PATHS.forEach(path -> byPath.put(path, new Figures()));
    }

    /** Counts an invocation, if it has started at all. */
    public void add(Outcome outcome) {
        Result result = outcome.getResult();
        Timings timings = result == null ? null : result.getTimings();
        StartPath path = timings == null ? null : path(result);
        if (path == null || timings.getStartedUs() == 0 || timings.getPublishedUs() == 0) {
            return;
        }
        long tookUs = Math.max(0, timings.getStartedUs() - timings.getPublishedUs());
        Figures figures = byPath.get(path);
        figures.times.add(tookUs);
        if (tookUs > boundUs) {
            Map<Stage, Long> stages = Stage.of(outcome);
            figures.causes.merge(Stage.longest(stages), 1L, Long::sum);
            slowest.add(new Miss(outcome.getInvocationId(), result.getFunction(), path, tookUs, stages));
            if (slowest.size() > SLOWEST) {
                slowest.poll();
            }
        }
    }

    /** The figures, for each path that there is, used or not. */
    public ObjectNode json() {
        ObjectNode json = Json.object().put("boundMs", boundUs / 1_000.0);
        ArrayNode rows = json.putArray("paths");
        byPath.forEach((path, figures) -> {
            Histogram times = figures.times;
            ObjectNode row = rows.addObject()
                    .put("path", word(path))
                    .put("starts", times.count())
                    .put("p50Ms", ms(times.quantileUs(0.5)))
                    .put("p99Ms", ms(times.quantileUs(0.99)))
                    .put("maxMs", ms(times.maxUs()))
                    .put(
                            "misses",
                            figures.causes.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum());
            ObjectNode causes = row.putObject("causes");
            figures.causes.forEach((stage, count) -> causes.put(stage.word(), count));
        });
        ArrayNode worst = json.putArray("slowest");
        slowest.stream()
                .sorted(Comparator.comparingLong(Miss::tookUs).reversed())
                .forEach(miss -> worst.add(json(miss)));
        return json;
    }

    private static ObjectNode json(Miss miss) {
        ObjectNode json = Json.object()
                .put("id", miss.id())
                .put("function", miss.function())
                .put("path", word(miss.path()))
                .put("ms", ms(miss.tookUs()))
                .put("cause", Stage.longest(miss.stages()).word());
        ObjectNode stages = json.putObject("stages");
        miss.stages().forEach((stage, us) -> stages.put(stage.word(), ms(us)));
        return json;
    }

    /** What an executor that does not say it yet means; null for an invocation that never had a container. */
    private static StartPath path(Result result) {
        if (result.getStart() != null && PATHS.contains(result.getStart())) {
            return result.getStart();
        }
        Reuse reuse = result.getReuse();
        if (reuse == null) {
            return null;
        }
        return switch (reuse) {
            case PREWARMED -> StartPath.PREWARMED;
            case COLD -> StartPath.COLD;
            case WARM, REPLACED, SPILLED -> result.getTimings().getInitUs() > 0 ? StartPath.COLD : StartPath.WARM;
        };
    }

    private static String word(StartPath path) {
        return path.name().toLowerCase(Locale.ROOT);
    }

    private static double ms(double us) {
        return Math.round(us / 10) / 100.0;
    }
}
