package dev.berth.gateway.live.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.Invocation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;

/** The last minutes of one tenant. What has changed since a reader looked last can be had alone. */
public final class Figures {
    /** How wide a bucket is. */
    public static final int BUCKET_MS = 2_000;
    /** How many there are: ten minutes. */
    public static final int BUCKETS = 300;

    private static final int LATEST = 30;
    private static final int HOTTEST = 12;
    private static final int KEYS = 4_000;
    private static final int UNFINISHED = 100_000;

    private final Bucket[] ring = new Bucket[BUCKETS];
    private final HotKeys keys = new HotKeys(KEYS);
    private final Unfinished unfinished = new Unfinished(UNFINISHED);
    private final Deque<Numbered> endings = new ArrayDeque<>();
    private final Deque<Numbered> lives = new ArrayDeque<>();
    private long change;

    private record Numbered(long change, ObjectNode json) {}

    /** An invocation was published. */
    public void published(Invocation invocation) {
        if (invocation.getExplainOnly()) {
            return;
        }
        Long notBeforeMs = invocation.getNotBeforeMs();
        unfinished.published(invocation.getId(), invocation.getFunction(), notBeforeMs == null ? 0 : notBeforeMs);
        change++;
    }

    /** An invocation ended. */
    public void ended(Ending ending, long nowMs) {
        change++;
        unfinished.ended(ending.id());
        // A clock that is ahead must not push the buckets of the others out.
        long atMs = Math.min(ending.completedMs(), nowMs);
        long number = atMs / BUCKET_MS;
        if (number <= nowMs / BUCKET_MS - BUCKETS) {
            return;
        }
        int place = (int) (number % BUCKETS);
        if (ring[place] == null || ring[place].number() < number) {
            ring[place] = new Bucket(number);
        }
        ring[place].add(ending, change);
        if (ending.key() != null) {
            keys.used(new HotKeys.Name(ending.function(), ending.key()), atMs);
        }
        keep(endings, ending.json());
    }

    /** Something happened to a container. */
    public void lived(ContainerEvent event) {
        change++;
        keep(
                lives,
                Json.object()
                        .put("container", event.getContainerId())
                        .put("instance", event.getInstanceId())
                        .put("function", event.getFunction())
                        .put("event", event.getEvent().name().toLowerCase(Locale.ROOT))
                        .put("reason", event.getReason())
                        .put("atMs", event.getAtUs() / 1_000));
    }

    /** The last change; what {@link #since} of it tells is nothing. */
    public long change() {
        return change;
    }

    /**
     * What has changed.
     *
     * @param seen the {@link #change} that the reader had last; 0 for everything
     * @param pins where a key of a function is pinned, for those that are used most; null for nowhere
     */
    public ObjectNode since(long seen, long nowMs, BiFunction<String, String, ObjectNode> pins) {
        ObjectNode json = Json.object();
        ArrayNode buckets = json.putArray("buckets");
        long oldest = nowMs / BUCKET_MS - BUCKETS;
        Arrays.stream(ring)
                .filter(Objects::nonNull)
                .filter(each -> each.changed() > seen && each.number() > oldest)
                .sorted(Comparator.comparingLong(Bucket::number))
                .forEach(each -> buckets.add(each.json()));
        fresh(endings, seen).forEach(json.putArray("endings")::add);
        fresh(lives, seen).forEach(json.putArray("lives")::add);
        ArrayNode hot = json.putArray("hot");
        keys.top(HOTTEST, nowMs).forEach(each -> {
            ObjectNode row = hot.addObject()
                    .put("function", each.name().function())
                    .put("key", each.name().key())
                    .put("perSecond", Math.round(each.perSecond() * 100) / 100.0);
            row.set("pin", pins.apply(each.name().function(), each.name().key()));
        });
        ObjectNode open = json.putObject("unfinished");
        unfinished.byFunction().forEach(open.putObject("functions")::put);
        open.put("delayed", unfinished.delayed(nowMs)).put("cut", unfinished.cut());
        return json;
    }

    private void keep(Deque<Numbered> latest, ObjectNode json) {
        latest.addLast(new Numbered(change, json));
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
    }

    private static List<ObjectNode> fresh(Deque<Numbered> latest, long seen) {
        return latest.stream()
                .filter(each -> each.change() > seen)
                .map(Numbered::json)
                .toList();
    }
}
