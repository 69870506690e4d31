package dev.berth.sim;

import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.ReuseModel;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Runs a trace against a routing rule and a keep-alive policy, in virtual time.
 *
 * <p>What a router does is known to it at once; what an instance does becomes known {@code newsMs} later, in order. Events at the same
 * instant happen in the order in which they were scheduled, so that a run is a function of trace, configuration and seed.
 */
final class Simulation implements Node.Listener {
    private record Event(double atMs, long order, Runnable what) {}

    /** Keys are partitioned: each task of the router learns from its own. */
    private static final int ROUTER_TASKS = 4;

    private final ReuseModel[] models = new ReuseModel[ROUTER_TASKS];
    private final Trace trace;
    private final SimConfig config;
    private final KeepAlive keepAlive;
    private final Policy policy;
    private final RouterView view;
    private final Node[] nodes;
    private final Metrics metrics;
    private final Set<Call>[] onNode;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::atMs).thenComparingLong(Event::order));
    private long order;
    private double nowMs;
    private double usedMb;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Simulation(Trace trace, SimConfig config, Policy policy, RuleSettings settings) {
        this.trace = trace;
        this.config = config;
        this.policy = policy;
        this.keepAlive = KeepAlives.named(config.keepAlive(), trace.keyCount());
        KeyState[] keys = new KeyState[trace.keyCount()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new KeyState(trace.keyName(i), settings);
        }
        Arrays.setAll(models, i -> new ReuseModel());
        this.view = new RouterView(keys, trace, config.seed());
        this.metrics = new Metrics(trace, config.instances());
        this.nodes = new Node[config.instances()];
        this.onNode = new Set[config.instances()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new Node(i, 1, config.slots(), config.memoryMb(), keepAlive, this);
            onNode[i] = new LinkedHashSet<>();
            view.fleet.instance(nodes[i].id, 1, config.slots(), config.memoryMb(), true);
            view.live.add(view.fleet.get(nodes[i].id));
            policy.instance(nodes[i], 0, 0, 0, 0);
        }
    }

    SimResult run() {
        long startNs = System.nanoTime();
        if (!Double.isNaN(config.lostAtMs())) {
            int victim = (int) Math.floorMod(config.seed(), (long) nodes.length);
            at(config.lostAtMs(), () -> lose(nodes[victim]));
            if (config.backAfterMs() < Double.POSITIVE_INFINITY) {
                at(config.lostAtMs() + config.backAfterMs(), () -> comeBack(victim));
            }
        }
        int next = 0;
        while (next < trace.size() || !events.isEmpty()) {
            if (events.isEmpty()
                    || (next < trace.size() && trace.atMs(next) < events.peek().atMs())) {
                nowMs = trace.atMs(next);
                Call call = new Call(next++, trace);
                KeyState key = view.keys[call.key];
                ReuseModel model = models[call.key % models.length];
                key.arrived(nowMs, model);
                keepAlive.arrived(call.key, nowMs, key.curve(model));
                place(call);
            } else {
                Event event = events.poll();
                nowMs = event.atMs();
                event.what().run();
            }
        }
        long pinsMoved = 0;
        for (KeyState key : view.keys) {
            pinsMoved += key.pinsMoved();
        }
        return metrics.result(config, pinsMoved, (System.nanoTime() - startNs) / 1e6);
    }

    Metrics metrics() {
        return metrics;
    }

    private void place(Call call) {
        Policy.Choice choice = policy.choose(view, call, nowMs);
        Node node = node(choice.instanceId());
        call.node = node;
        call.epoch = node.epoch;
        call.expectedCold = choice.cold();
        call.waitUntilMs = choice.waitUntilMs();
        call.sends++;
        KeyState key = view.keys[call.key];
        KeyState.Replica replica = key.at(node.id, node.epoch);
        boolean reuses = !choice.cold() && replica != null && replica.idle() > 0;
        keepAlive.dispatched(call.key, node, node(key.pinId()));
        key.sent(node.id, node.epoch, choice.cold(), choice.cold() ? key.coldMs() : 0, nowMs);
        view.fleet.sent(node.id, reuses ? call.memoryMb : 0, choice.cold() ? call.memoryMb : 0, nowMs);
        onNode[node.index].add(call);
        if (call.waitUntilMs > 0) {
            int sends = call.sends;
            at(Math.max(nowMs, call.waitUntilMs), () -> waitedLongEnough(call, node, sends));
        }
        node.accept(call, nowMs);
    }

    private Node node(String id) {
        return nodes[Integer.parseInt(id, 1, id.length(), 10)];
    }

    private void waitedLongEnough(Call call, Node node, int sends) {
        if (call.sends == sends && node.unpark(call)) {
            sentBack(call);
        }
    }

    @Override
    public void sentBack(Call call) {
        onNode[call.node.index].remove(call);
        Node node = call.node;
        boolean expectedCold = call.expectedCold;
        news(() -> {
            view.keys[call.key].bounced(node.id, node.epoch, expectedCold, nowMs);
            view.fleet.ended(node.id, node.epoch, nowMs);
            policy.sentBack(call, nowMs);
            call.spilling = true;
            place(call);
        });
    }

    @Override
    public void started(Call call, Box box, boolean cold) {
        call.started = true;
        call.cold = cold;
        call.startedMs = nowMs;
        metrics.started(call, cold, nowMs);
        if (cold) {
            used(call.memoryMb);
        }
        report(box.node);
        double endMs = nowMs + (cold ? call.coldMs : 0) + call.serviceMs;
        at(endMs, () -> ended(call, box));
    }

    private void ended(Call call, Box box) {
        if (!box.node.alive) {
            return;
        }
        Node node = box.node;
        metrics.ended();
        onNode[node.index].remove(call);
        boolean expectedCold = call.expectedCold;
        double endedMs = nowMs;
        news(() -> {
            KeyState key = view.keys[call.key];
            key.costs().served(call.serviceMs, false);
            if (call.cold) {
                key.costs().started(call.coldMs);
            }
            key.ended(node.id, node.epoch, expectedCold, box.known, endedMs);
            view.fleet.ended(node.id, node.epoch, nowMs);
            policy.ended(call, box, nowMs);
        });
        node.finished(box, nowMs);
        report(node);
    }

    @Override
    public void idle(Box box) {
        keepAlive.idle(box, nowMs);
        double limitMs = keepAlive.idleLimitMs(box, nowMs);
        if (limitMs < Double.POSITIVE_INFINITY) {
            int version = box.version;
            double prewarmMs = keepAlive.prewarmAfterMs(box, nowMs);
            at(nowMs + limitMs, () -> {
                if (box.version == version && box.idleAt >= 0) {
                    box.node.remove(box);
                    report(box.node);
                    if (prewarmMs < Double.POSITIVE_INFINITY) {
                        at(nowMs + prewarmMs - limitMs, () -> prewarm(box));
                    }
                }
            });
        }
    }

    private void prewarm(Box like) {
        Node node = like.node;
        boolean wanted = node.alive && node.boxesOf(like.key) == 0;
        Box made = wanted ? node.prewarm(like.key, like.memoryMb, like.coldMs, nowMs) : null;
        if (made != null) {
            used(like.memoryMb);
            news(() -> view.keys[like.key].added(node.id, node.epoch, made.known));
            report(node);
        }
    }

    @Override
    public void busy(Box box) {
        keepAlive.notIdle(box);
    }

    @Override
    public void removed(Box box) {
        used(-box.memoryMb);
        news(() -> {
            box.known.remove();
            policy.removed(box, nowMs);
        });
    }

    private void report(Node node) {
        int load = node.load();
        double freeMb = node.freeMb();
        double idleMb = node.idleMb;
        news(() -> {
            view.fleet.reported(node.id, node.epoch, load, freeMb, idleMb, nowMs, nowMs);
            if (node == nodes[node.index] && node.alive) {
                policy.instance(node, load, node.memoryMb - freeMb, idleMb, nowMs);
            }
        });
    }

    private void lose(Node node) {
        usedMb -= node.usedMb;
        used(0);
        node.die();
        view.live.remove(view.fleet.get(node.id));
        view.fleet.gone(node.id);
        for (KeyState key : view.keys) {
            key.lost(node.id);
        }
        policy.instance(node, 0, 0, 0, nowMs);
        for (Call call : Set.copyOf(onNode[node.index]).stream()
                .sorted(Comparator.comparingInt(c -> c.row))
                .toList()) {
            onNode[node.index].remove(call);
            place(call);
        }
    }

    private void comeBack(int index) {
        Node before = nodes[index];
        Node node = new Node(index, before.epoch + 1, before.slots, before.memoryMb, keepAlive, this);
        nodes[index] = node;
        view.fleet.instance(node.id, node.epoch, node.slots, node.memoryMb, true);
        view.live.add(index, view.fleet.get(node.id));
        policy.instance(node, 0, 0, 0, nowMs);
    }

    private void used(double mb) {
        usedMb += mb;
        metrics.memory(usedMb, nowMs);
    }

    private void news(Runnable what) {
        if (config.newsMs() <= 0) {
            what.run();
        } else {
            at(nowMs + config.newsMs(), what);
        }
    }

    private void at(double atMs, Runnable what) {
        events.add(new Event(atMs, order++, what));
    }
}
