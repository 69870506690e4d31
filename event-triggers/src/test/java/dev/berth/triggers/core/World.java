package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A topic partition, a router that runs each invocation id once, and processes that serve one trigger and die: everything outside a
 * {@link TriggerCore}, in random order, by a seed.
 */
final class World {
    static final String PREFIX = InvocationIds.prefix("u");

    private final Random random;
    private final TriggerRules rules;
    private final List<SourceRecord> topic = new ArrayList<>();
    private final Map<Long, Integer> failuresLeft = new HashMap<>();
    private final Map<String, Invoked> invocations = new LinkedHashMap<>();
    private final Set<Long> letters = new LinkedHashSet<>();
    /** The topic of outcomes: which invocations ended, in order. */
    private final List<String> outcomes = new ArrayList<>();

    private final List<TriggerAction> untold = new ArrayList<>();
    final Map<Long, Integer> successes = new TreeMap<>();
    final Map<String, List<Long>> endOrder = new HashMap<>();

    private TriggerCore core;
    private SourcePartition partition;
    private Marks marks;
    private int next;
    private int published;
    private long committed;
    private CommitNote note = new CommitNote("T", 1, 0, false, 0, List.of(0L));
    private long nowMs = 1_000_000;

    /** One that the router knows. */
    private static final class Invoked {
        private final Flight flight;
        private final List<SourceRecord> records;
        private final Set<Long> offsets;
        private final long publishedMs;
        private Ending ending;
        private boolean delivered;

        Invoked(Flight flight, long publishedMs) {
            this.publishedMs = publishedMs;
            this.flight = flight;
            this.records = List.copyOf(flight.records());
            this.offsets = Set.copyOf(flight.offsets());
        }
    }

    World(long seed, TriggerRules rules, int records, int keys) {
        this.random = new Random(seed);
        this.rules = rules;
        long offset = 0;
        for (int i = 0; i < records; i++) {
            offset += 1 + (random.nextInt(10) == 0 ? random.nextInt(3) : 0);
            byte[] value = ("v" + offset).getBytes(StandardCharsets.UTF_8);
            topic.add(
                    new SourceRecord("t", 0, offset, nowMs, null, value, value, List.of(), "k" + random.nextInt(keys)));
            if (random.nextInt(5) == 0) {
                failuresLeft.put(offset, 1 + random.nextInt(4));
            }
        }
        start();
    }

    List<SourceRecord> topic() {
        return topic;
    }

    Set<Long> letters() {
        return letters;
    }

    TriggerCore core() {
        return core;
    }

    long committable() {
        return partition.committable();
    }

    /** Steps until nothing is left to do; processes die so often. */
    void run(int deaths) {
        int left = deaths;
        for (int step = 0; !isDone(); step++) {
            if (step > 200_000) {
                throw new AssertionError("It does not come to an end: committable=" + partition.committable()
                        + " inFlight=" + core.inFlight());
            }
            int dice = random.nextInt(105);
            if (dice < 25) {
                read();
            } else if (dice < 30) {
                published = Math.min(topic.size(), published + random.nextInt(8));
            } else if (dice < 60) {
                endOne();
            } else if (dice < 75) {
                deliverOne();
            } else if (dice < 80) {
                tellOne();
            } else if (dice < 95) {
                act();
            } else if (dice < 99) {
                nowMs += random.nextInt(400);
            } else if (dice < 101) {
                mark();
            } else if (dice < 104) {
                commit();
            } else if (left > 0) {
                left--;
                start();
            }
            check();
        }
    }

    private boolean isDone() {
        return next == topic.size()
                && partition.committable() > topic.get(topic.size() - 1).offset();
    }

    private void mark() {
        TopicEnds ends = new TopicEnds(List.of((long) outcomes.size()), letters.size());
        marks.mark(partition.position(), ends, rules.batchSize() > 1, nowMs);
    }

    private void commit() {
        committed = partition.committable();
        note = marks.note(committed);
    }

    /** A process that knows only what is on the topics, from where the note says. */
    private void start() {
        core = new TriggerCore("u", rules);
        Past past = new Past(committed, rules.tellsSuccess() || rules.itemFailures());
        if (note.batches()) {
            // Whether the one before made batches, it said before it made any.
            invocations.forEach((id, each) -> {
                if (each.publishedMs >= note.sinceMs()) {
                    past.batch(id, each.flight.tries(), each.flight.failures(), List.copyOf(each.offsets));
                }
            });
        }
        outcomes.stream()
                .skip(note.outcomes().get(0))
                .forEach(id ->
                        past.ended(id, InvocationIds.parse(PREFIX, id).orElseThrow(), invocations.get(id).ending));
        letters.stream().skip(note.letters()).forEach(past::buried);
        partition = core.assigned("t", "T", 0, committed, past);
        long readBefore = published == 0 ? 0 : topic.get(published - 1).offset() + 1;
        note = note.or(rules.batchSize() > 1);
        marks = new Marks(committed, note, Math.max(committed, readBefore));
        mark();
        next = 0;
        while (next < topic.size() && topic.get(next).offset() < committed) {
            next++;
        }
        untold.clear();
        invocations.values().forEach(each -> each.delivered = each.ending != null);
    }

    private void read() {
        for (int i = random.nextInt(8); i > 0 && next < published; i--) {
            core.read(partition, topic.get(next++), nowMs);
        }
    }

    private void act() {
        for (TriggerAction action : core.due(nowMs)) {
            if (action instanceof TriggerAction.Invoke invoke) {
                publish(invoke.flight());
            } else if (action instanceof TriggerAction.GiveUp lost) {
                assertThat(letters.add(lost.record().offset()))
                        .as("given up once: " + lost.record().offset())
                        .isTrue();
                untold.add(action);
            } else {
                untold.add(action);
            }
        }
    }

    private void publish(Flight flight) {
        Invoked known = invocations.putIfAbsent(flight.id(), new Invoked(flight, nowMs));
        if (known != null) {
            assertThat(known.offsets).isEqualTo(flight.offsets());
        }
        if (known != null && known.ending != null) {
            // The router is silent about it: its outcome must be still to come.
            assertThat(known.delivered)
                    .as("its outcome is known: " + flight.id())
                    .isFalse();
        } else if (rules.ordered()) {
            long together = invocations.values().stream()
                    .filter(each -> each.ending == null
                            && each.records
                                    .get(0)
                                    .lane()
                                    .equals(flight.records().get(0).lane()))
                    .count();
            assertThat(together).as("in flight of one key").isEqualTo(1);
        }
    }

    private void tellOne() {
        if (untold.isEmpty()) {
            return;
        }
        TriggerAction action = untold.remove(random.nextInt(untold.size()));
        if (action instanceof TriggerAction.GiveUp lost) {
            core.told(lost.partition(), List.of(lost.record()));
        } else if (action instanceof TriggerAction.TellSuccess success) {
            core.told(success.flight().partition(), success.records());
        }
    }

    /** The function runs. */
    private void endOne() {
        List<Invoked> open = invocations.values().stream()
                .filter(each -> each.ending == null)
                .toList();
        if (open.isEmpty()) {
            return;
        }
        Invoked one = open.get(random.nextInt(open.size()));
        int dice = random.nextInt(20);
        outcomes.add(one.flight.id());
        if (dice == 0) {
            one.ending = ending(Ending.Kind.THROTTLED, null);
        } else if (dice == 1) {
            one.ending = ending(Ending.Kind.NOT_FOUND, null);
        } else {
            one.ending = ran(one);
        }
    }

    private Ending ran(Invoked one) {
        List<Long> failing = new ArrayList<>();
        for (SourceRecord record : one.records) {
            Integer left = failuresLeft.get(record.offset());
            if (left != null && left > 0) {
                failuresLeft.put(record.offset(), left - 1);
                failing.add(record.offset());
            }
        }
        if (!failing.isEmpty() && !rules.itemFailures()) {
            return ending(Ending.Kind.FAILED, null);
        }
        for (SourceRecord record : one.records) {
            if (!failing.contains(record.offset())) {
                successes.merge(record.offset(), 1, Integer::sum);
                endOrder.computeIfAbsent(record.lane(), lane -> new ArrayList<>())
                        .add(record.offset());
            }
        }
        StringBuilder answer = new StringBuilder("{\"batchItemFailures\":[");
        String comma = "";
        for (long offset : failing) {
            answer.append(comma).append("{\"itemIdentifier\":").append(offset).append('}');
            comma = ",";
        }
        return ending(Ending.Kind.SUCCEEDED, answer.append("]}").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void deliverOne() {
        List<Map.Entry<String, Invoked>> ended = invocations.entrySet().stream()
                .filter(each -> each.getValue().ending != null && !each.getValue().delivered)
                .toList();
        if (!ended.isEmpty()) {
            Map.Entry<String, Invoked> one = ended.get(random.nextInt(ended.size()));
            one.getValue().delivered = true;
            core.ended(one.getKey(), one.getValue().ending, nowMs);
        }
    }

    private Ending ending(Ending.Kind kind, byte[] response) {
        return new Ending(kind, "E", "m", response, 1, 1, nowMs, (Outcome) null);
    }

    private void check() {
        long committable = partition.committable();
        for (SourceRecord record : topic) {
            if (record.offset() < committable) {
                boolean ended = successes.containsKey(record.offset()) || letters.contains(record.offset());
                assertThat(ended)
                        .as("finished before it is committed: " + record.offset())
                        .isTrue();
            }
        }
        assertThat(core.inFlight()).isLessThanOrEqualTo(rules.maxInFlight() + pendingBefore());
        assertThat(core.heldBytes()).isNotNegative();
    }

    /** What another process published, and this one found, comes on top of its own. */
    private int pendingBefore() {
        return rules.batchSize() > 1 ? invocations.size() : 0;
    }
}
